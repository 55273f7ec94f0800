import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultEnergyScenario } from "../../core/energy/scenario.ts";
import type { DemoSystem } from "./demo-system.ts";
import { type BoxModel, FakeBox } from "./fake-box.ts";
import { fixed, recentMean } from "./recent-mean.ts";

const boxModels: readonly BoxModel[] = ["raspberry-pi-4", "jetson-orin-nx"];

interface DemoBox {
  readonly agent: string;
  readonly box: FakeBox;
  readonly found: string;
}

const settingsOf = (box: FakeBox) => JSON.stringify(box.settings());

/**
 * Agents that each decide the tasks of an area and set the frequency and power of the box they run
 * on. The boxes are fake: trees of plain files in the run's folder.
 *
 * @param tasks K, tasks of a slot
 */
export function energyDemo(tasks: number): DemoSystem {
  const boxes: DemoBox[] = [];
  const prepareAgent = (agent: string, folder: string) => {
    mkdirSync(folder);
    const box = new FakeBox(folder, boxModels[boxes.length % boxModels.length] as BoxModel);
    box.build();
    boxes.push({ agent, box, found: settingsOf(box) });
    const config = join(folder, "agent.json");
    const actuate = {
      kind: "box",
      sysRoot: box.sysRoot,
      wireless: { device: box.device, command: box.iw },
      journal: join(folder, "settings.restore"),
    };
    writeFileSync(config, JSON.stringify({ actuate }));
    return ["--config", config];
  };
  const boxText = (agent: string) => {
    const settings = boxes.find((entry) => entry.agent === agent)?.box.settings();
    const megahertz = Math.max(...(settings?.capsKhz ?? [])) / 1e3;
    return `${fixed(megahertz, 0)} MHz ${fixed((settings?.powerMbm ?? Number.NaN) / 100, 0)} dBm`;
  };
  return {
    name: "energy",
    slotMs: 1e3 * defaultEnergyScenario.deadlineS[1],
    learns: false,
    defaultModel: "energy",
    simulatorArguments: ["--tasks", String(tasks)],
    comparison: {
      own: "policy",
      references: { greedy: "greedy", lowerBound: "lower-bound" },
      measures: {
        meanEnergyJ: { measure: "meanEnergyJ", label: "energy J", digits: 4 },
        feasible: { measure: "feasible", label: "feasible", digits: 4 },
        meanPowerW: { measure: "meanPowerW", label: "power W", digits: 3 },
        meanFrequencyHz: { measure: "meanFrequencyHz", label: "frequency Hz", digits: 0 },
        meanDelayS: { measure: "meanDelayS", label: "delay s", digits: 3 },
      },
    },
    columns: [
      ["energy mJ", 10],
      ["over bound", 11],
      ["power W", 8],
      ["GHz", 6],
      ["delay ms", 9],
      ["feasible", 9],
      ["fake box", 17],
      ["late", 5],
      ["fallback", 9],
    ],
    legend: "over bound: energy above that of every task at its own optimum, limits C6-C8 dropped",
    prepareAgent,
    notes: () =>
      boxes.map(
        ({ agent, box }) =>
          `${agent}: fake ${box.model}, plain files in ${box.sysRoot}; nothing of this machine is set`,
      ),
    cells: (agent, recent) => {
      const { late, fallback } = recent.latest.slots;
      const mean = (measure: string) => recentMean(recent, measure);
      return [
        fixed(1e3 * mean("meanEnergyJ"), 1),
        `${fixed(100 * (mean("meanEnergyJ") / mean("lowerBoundJ") - 1), 2)} %`,
        fixed(mean("meanPowerW"), 3),
        fixed(mean("meanFrequencyHz") / 1e9, 3),
        fixed(1e3 * mean("meanDelayS"), 0),
        `${fixed(100 * mean("feasible"), 0)} %`,
        boxText(agent),
        String(late),
        String(fallback),
      ];
    },
    closing: () => ({
      tasks,
      boxes: boxes.map(({ agent, box, found }) => ({
        agent,
        fake: box.model,
        restored: settingsOf(box) === found,
      })),
    }),
  };
}

import type { Panel } from "../../experiment/plots/chart.ts";
import { type Figure, type Sample, summaryPoints, summaryRows } from "../figure.ts";
import { boundSamples, samplesOf, splitDraws } from "./collect.ts";
import type { DrawExperiment } from "./experiment.ts";
import { gapChart, gapSamples } from "./gap-chart.ts";
import { type ClaimedSavings, savingClaims } from "./saving-claims.ts";
import { savingsChart } from "./savings-chart.ts";
import { algorithms, bounds, styles } from "./series.ts";

const tasks = 50;
const meanCycles = 300e6;
const meanResultBytes = 6e6;

const byCycles = "cycles";
const byResult = "data size";

const axes = {
  [byCycles]: { title: "CPU cycles of a task", unit: "Mcycles" },
  [byResult]: { title: "data size of a task", unit: "MB" },
};

function panel(samples: readonly Sample[], name: keyof typeof axes): Panel {
  return {
    kind: "lines",
    x: axes[name],
    y: { title: "mean energy of a task", unit: "J" },
    points: summaryPoints(samples, name),
    marks: true,
  };
}

const claimed: ClaimedSavings = { RA: 46, GA: 10.2, PSO: 18.6, DQL: 5.4 };

/** Fig. 9: energy against what a task needs, K = 50; the other demand is at its mean. */
export const demandExperiment: DrawExperiment = {
  figures: [9],
  units: ({ seed, draws, cycles, resultBytes }) => {
    const common = { seed, tasks, algorithms, withBounds: true, withCourse: false };
    return [
      ...cycles.map((c) => ({
        ...common,
        panel: byCycles,
        x: c / 1e6,
        cycles: c,
        resultBytes: meanResultBytes,
      })),
      ...resultBytes.map((l) => ({
        ...common,
        panel: byResult,
        x: l / 1e6,
        cycles: meanCycles,
        resultBytes: l,
      })),
    ].flatMap((point) => splitDraws(draws, point));
  },
  draw: ({ draws }, units, results): Figure[] => {
    const energy = samplesOf(units, results, ({ state }) => state.energyJ);
    const limits = boundSamples(units, results);
    const samples = [...energy, ...limits];
    const gaps = gapSamples(energy, limits);
    return [
      {
        number: 9,
        title: "Energy against CPU cycles and data size",
        charts: [
          {
            title: "Fig. 9: energy against CPU cycles and data size, K = 50",
            subtitle: `mean and 95 % interval of the feasible ones of ${draws} draws a point; the other demand at 6 MB or 300 Mcycles`,
            series: styles([...algorithms, ...bounds]),
            panels: [panel(samples, byCycles), panel(samples, byResult)],
          },
          gapChart("Fig. 9: what the lower bound leaves to save, K = 50", gaps, axes),
          savingsChart("Fig. 9: what DDQL saves, K = 50", energy, limits, claimed),
        ],
        rows: summaryRows([...samples, ...gaps]),
        samples,
        claims: savingClaims(energy, limits, claimed),
      },
    ];
  },
};

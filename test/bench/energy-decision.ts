import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drawEnergySlot } from "../../core/energy/draw.ts";
import { dualRepair } from "../../core/energy/policies/dual-repair.ts";
import { defaultEnergyScenario as scenario } from "../../core/energy/scenario.ts";
import { defaultSweepRun, runSweeps } from "../../core/energy/sweep-run.ts";
import type { EnergySlot } from "../../core/energy/task.ts";
import { createRandom } from "../../core/random.ts";
import { openEnergyPolicy } from "../../learning/policy/energy-policy.ts";

/** Medians of one run, on one thread: deciding a whole slot with the shipped policy. */
export interface EnergyDecisionBench {
  readonly decide10Ms: number;
  readonly decide50Ms: number;
  readonly decide80Ms: number;
  /** The dual repair scheme on the same slots of 50 tasks. */
  readonly dualRepair50Ms: number;
}

const shipped = fileURLToPath(new URL("../../../models/energy.onnx", import.meta.url));
const warmUps = 30;
const slots = 200;

async function medianMs(tasks: number, decide: (slot: EnergySlot) => unknown): Promise<number> {
  const times: number[] = [];
  for (let draw = 0; draw < warmUps + slots; draw++) {
    const slot = drawEnergySlot(scenario, tasks, createRandom(3, draw));
    const startMs = performance.now();
    await decide(slot);
    if (draw >= warmUps) times.push(performance.now() - startMs);
  }
  return times.sort((a, b) => a - b)[Math.floor(slots / 2)] ?? Number.NaN;
}

/** Measures how long the shipped energy policy takes for a slot of tasks, start and sweeps included. */
export async function benchEnergyDecision(): Promise<EnergyDecisionBench> {
  const policy = await openEnergyPolicy(readFileSync(shipped));
  const settings = { ...defaultSweepRun, sweep: policy.file.sweep };
  const decide = (slot: EnergySlot) => runSweeps(policy, scenario, slot, settings);
  const result = {
    decide10Ms: await medianMs(10, decide),
    decide50Ms: await medianMs(50, decide),
    decide80Ms: await medianMs(80, decide),
    dualRepair50Ms: await medianMs(50, (slot) => dualRepair(scenario, slot)),
  };
  await policy.release();
  return result;
}

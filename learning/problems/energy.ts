import { z } from "zod";
import { drawEnergySlot } from "../../core/energy/draw.ts";
import { multipliersSchema } from "../../core/energy/multipliers.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import { defaultSweep, Sweep, type SweepSettings } from "../../core/energy/sweep.ts";
import { sweepActions } from "../../core/energy/sweep-task.ts";
import { taskFeatures } from "../../core/energy/task-features.ts";
import { createRandom } from "../../core/random.ts";
import { createDiscreteHead } from "../networks/heads/discrete.ts";
import type { Problem } from "../problem.ts";

/** How the sweeps go for which a policy was trained, as its file says. */
export const sweepSettingsSchema = z.strictObject({
  powerStepW: z.number().positive().default(defaultSweep.powerStepW).describe("Δp, W"),
  frequencyStepHz: z.number().positive().default(defaultSweep.frequencyStepHz).describe("Δf, Hz"),
  groups: z.number().int().min(1).default(defaultSweep.groups).describe("groups of a sweep"),
  multipliers: multipliersSchema
    .optional()
    .describe("Lagrangian multipliers that the policy sees; those it was left with, in its file"),
});

const drawnTasks = 60;

/** Features of all tasks of a slot in the course of a random walk. */
function walkFeatures(scenario: EnergyScenario, sweep: SweepSettings, seed: number) {
  const random = createRandom(seed);
  const walk = new Sweep(scenario, drawEnergySlot(scenario, drawnTasks, random), sweep);
  return () => {
    const k = random.integer(drawnTasks);
    walk.act(k, random.integer(sweepActions.length));
    const features = new Float32Array(taskFeatures.length);
    walk.featuresInto(features, 0, k);
    return Float64Array.from(features);
  };
}

/** Energy-efficient allocation: one task at a time, seven actions (E2). */
export function energyProblem(scenario: EnergyScenario, sweep: SweepSettings): Problem {
  return {
    system: "energy",
    metadata: {
      "slotwise.scenario": JSON.stringify(scenario),
      "slotwise.sweep": JSON.stringify(sweep),
    },
    signature: { observation: "features", action: "action" },
    observationScale: new Float64Array(taskFeatures.length).fill(1),
    head: createDiscreteHead(sweepActions.length),
    transitionsPerEpisode: drawnTasks * 40,
    drawObservations: (count, seed) => {
      const next = walkFeatures(scenario, sweep, seed);
      return Array.from({ length: count }, next);
    },
  };
}

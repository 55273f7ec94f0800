import { defaultEnergyScenario } from "../../../core/energy/scenario.ts";
import { defaultSweep } from "../../../core/energy/sweep.ts";
import { energyLearnerSchema } from "../../../learning/energy-preset.ts";
import { energyTrainingSchema } from "../../../learning/experiment/energy-training-config.ts";
import { energyProblem } from "../../../learning/problems/energy.ts";

/** An energy learner that trains in a fraction of a second. */
export function smallEnergyConfig(over: Record<string, unknown> = {}) {
  return energyLearnerSchema.parse({
    width: 16,
    batchSize: 32,
    replayCapacity: 2000,
    exploration: { decaySlots: 40 },
    ...over,
  });
}

export const smallEnergyTraining = energyTrainingSchema.parse({ tasks: [4, 8], steps: 10 });

export const smallEnergyProblem = energyProblem(defaultEnergyScenario, defaultSweep);

export const smallEnergyRun = {
  scenario: defaultEnergyScenario,
  sweep: defaultSweep,
  training: smallEnergyTraining,
  seed: 1,
};

import { defaultEnergyScenario } from "../../../core/energy/scenario.ts";
import { defaultSweep } from "../../../core/energy/sweep.ts";
import { energyLearner } from "../../energy-preset.ts";
import { type EnergyEpisode, trainEnergy } from "../../experiment/energy-training.ts";
import { energyTrainingSchema } from "../../experiment/energy-training-config.ts";
import type { TrainingCourse, TrainingUnit } from "./training.ts";

const tasks = 50;

/** Trains one learner at K = 50 and keeps only how its values went. */
export async function runTraining(unit: TrainingUnit): Promise<TrainingCourse> {
  const episodes: EnergyEpisode[] = [];
  const { learner } = await trainEnergy({
    scenario: defaultEnergyScenario,
    sweep: defaultSweep,
    config: { ...energyLearner, algorithm: unit.scheme },
    training: energyTrainingSchema.parse({ tasks: [tasks, tasks], reward: unit.reward }),
    episodes: unit.episodes,
    seed: unit.seed,
    onEpisode: (episode) => episodes.push(episode),
  });
  await learner.close();
  return {
    meanQ: episodes.map(({ meanValue }) => meanValue),
    meanReturn: episodes.map(({ meanReturn }) => meanReturn),
  };
}

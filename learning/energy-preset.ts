import { learnerConfigSchemaOver } from "./algorithms/learner-config.ts";

/** What energy policies are trained with; docs/energy-model.md says what differs from the paper. */
export const energyLearnerSchema = learnerConfigSchemaOver({
  algorithm: "ddql",
  width: 64,
  discount: 0.6,
  batchSize: 256,
  replayCapacity: 100_000,
  replayReplacement: "random",
  targetEveryUpdates: 100,
  generatorLearningRate: 1e-3,
  learningRateDecay: { factor: 0.3, everyEpisodes: 120 },
  adam: { beta1: 0.9 },
  exploration: { initial: 1, final: 0.02, decaySlots: 1500 },
});

export const energyLearner = energyLearnerSchema.parse({});

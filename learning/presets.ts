import { learnerConfigSchemaOver } from "./algorithms/learner-config.ts";

/**
 * What boxes at an access point learn with: an update of a few milliseconds on one core and weights
 * that fit one MQTT message. The paper's own values are the defaults of `learnerConfigSchema`;
 * docs/algorithms/d3qn-gan.md says what differs and why.
 */
export const edgeLearnerSchema = learnerConfigSchemaOver({
  head: "slice",
  width: 128,
  discriminatorWidth: 128,
  discount: 0,
  criticSteps: 1,
  adversarialWeight: 0.01,
  adversarialReach: "spread",
  generatorLearningRate: 5e-4,
  discriminatorLearningRate: 5e-4,
  learningRateDecay: { everyEpisodes: 150 },
  adam: { beta1: 0.9 },
});

export const edgeLearner = edgeLearnerSchema.parse({});

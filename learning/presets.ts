import { learnerConfigSchema, learnerConfigSchemaOver } from "./algorithms/learner-config.ts";

/** Table 1 of the paper with Hua et al. where it is silent (A8). */
export const paperLearner = learnerConfigSchema.parse({});

/**
 * What boxes at an access point learn with: an update of a few milliseconds on one core and weights
 * that fit one MQTT message. docs/algorithms/d3qn-gan.md says what differs from the paper and why.
 */
export const edgeLearnerSchema = learnerConfigSchemaOver({
  head: "slice",
  width: 128,
  discriminatorWidth: 128,
  discount: 0,
  criticSteps: 1,
});

export const edgeLearner = edgeLearnerSchema.parse({});

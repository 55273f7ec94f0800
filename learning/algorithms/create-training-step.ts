import type { FloatType } from "../graph/graph.ts";
import type { GeneratorSpec } from "../networks/generator.ts";
import { d3qnGanStep } from "./d3qn-gan.ts";
import type { LearnerConfig } from "./learner-config.ts";
import { qLearningStep } from "./q-learning.ts";
import type { TrainingStep } from "./training-step.ts";

/** The update of the configured algorithm. */
export function createTrainingStep(
  spec: GeneratorSpec,
  config: LearnerConfig,
  floatType: FloatType = "float32",
): TrainingStep {
  switch (config.algorithm) {
    case "d3qn-gan":
      return d3qnGanStep(spec, config, floatType);
    case "d3qn":
    case "ddql":
      return qLearningStep("double", spec, config, floatType);
    case "dql":
      return qLearningStep("max", spec, config, floatType);
  }
}

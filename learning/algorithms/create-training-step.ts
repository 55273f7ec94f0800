import { d3qnGanStep } from "./d3qn-gan.ts";
import { qLearningStep } from "./q-learning.ts";
import type { StepOptions, TrainingStep } from "./training-step.ts";

/** The update of the configured algorithm. */
export function createTrainingStep(options: StepOptions): TrainingStep {
  switch (options.config.algorithm) {
    case "d3qn-gan":
      return d3qnGanStep(options);
    case "d3qn":
    case "ddql":
      return qLearningStep("double", options);
    case "dql":
      return qLearningStep("max", options);
  }
}

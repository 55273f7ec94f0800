import type { FloatType } from "../graph/graph.ts";
import type { GeneratorSpec } from "../networks/generator.ts";
import { d3qnStep } from "./d3qn.ts";
import { d3qnGanStep } from "./d3qn-gan.ts";
import type { LearnerConfig } from "./learner-config.ts";
import type { TrainingStep } from "./training-step.ts";

const createBy = { "d3qn-gan": d3qnGanStep, d3qn: d3qnStep };

/** The update of the configured algorithm. */
export function createTrainingStep(
  spec: GeneratorSpec,
  config: LearnerConfig,
  floatType: FloatType = "float32",
): TrainingStep {
  return createBy[config.algorithm](spec, config, floatType);
}

import type { Weights } from "../../core/weights/tensor.ts";
import type { LearnerConfig } from "../algorithms/learner-config.ts";
import { writeModel } from "../graph/onnx-writer.ts";
import { generatorSpec } from "../networks/generator.ts";
import type { Problem } from "../problem.ts";
import { policyGraph } from "./policy-graph.ts";

/** Facts about how a policy was trained: command, seed, episodes, result. */
export type TrainingRecord = Readonly<Record<string, unknown>>;

export const policyFormat = "1";

/** A generator as a self-contained ONNX policy; its parameters are initializers of their names. */
export function exportPolicy(
  problem: Problem,
  config: LearnerConfig,
  weights: Weights,
  training: TrainingRecord,
): Uint8Array {
  const graph = policyGraph(
    problem,
    generatorSpec(problem, config),
    (within) =>
      new Map(
        [...weights].map(([name, { shape, data }]) => [
          name,
          within.constant(data, shape, "float32", name),
        ]),
      ),
  );
  return writeModel(graph, "slotwise-policy", {
    "slotwise.format": policyFormat,
    "slotwise.system": problem.system,
    ...problem.metadata,
    "slotwise.learner": JSON.stringify(config),
    "slotwise.training": JSON.stringify(training),
  });
}

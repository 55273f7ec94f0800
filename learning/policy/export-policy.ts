import { createActionSpace } from "../../core/slicing/action-space.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import type { LearnerConfig } from "../algorithms/learner-config.ts";
import { writeModel } from "../graph/onnx-writer.ts";
import { generatorSpec } from "../networks/generator.ts";
import { policyGraph } from "./policy-graph.ts";

/** Facts about how a policy was trained: command, seed, episodes, result. */
export type TrainingRecord = Readonly<Record<string, unknown>>;

export const policyFormat = "1";

/** A generator as a self-contained ONNX policy; its parameters are initializers of their names. */
export function exportPolicy(
  scenario: SlicingScenario,
  config: LearnerConfig,
  weights: Weights,
  training: TrainingRecord,
): Uint8Array {
  const graph = policyGraph(
    generatorSpec(scenario, config),
    createActionSpace(scenario),
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
    "slotwise.system": "slicing",
    "slotwise.scenario": JSON.stringify(scenario),
    "slotwise.learner": JSON.stringify(config),
    "slotwise.training": JSON.stringify(training),
  });
}

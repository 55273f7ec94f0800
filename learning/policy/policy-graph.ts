import type { ActionSpace } from "../../core/slicing/action-space.ts";
import { actionValue } from "../algorithms/temporal-difference.ts";
import { Graph, type Value } from "../graph/graph.ts";
import { cast, concat, gather, reshape } from "../graph/operations.ts";
import { anyRows } from "../graph/shape.ts";
import { type GeneratorSpec, generate } from "../networks/generator.ts";
import { entriesOfPicked, type PickedComposition } from "../networks/heads/advantage-head.ts";
import type { ParameterValues } from "../networks/parameters.ts";

/** Noise of a policy: the mean of U(0, 1), so that one observation has one decision. */
const policyNoise = 0.5;

/** Blocks of picked compositions, float32 [rows, 2I]. */
function allocationOfPicked(space: ActionSpace, { bandwidth, compute }: PickedComposition): Value {
  const blocks = (rows: readonly (readonly number[])[], picked: Value) =>
    gather(picked.graph.constant(rows.flat(), [rows.length, space.slices]), picked, 0);
  return concat([blocks(space.bandwidth, bandwidth), blocks(space.compute, compute)], 1);
}

/**
 * From `observation` [N, 2I] in raw units to `allocation` [N, 2I] in blocks and `value` [N]: Q of
 * the allocation, which is the argmax over all joint actions.
 *
 * @param declareParameters adds the generator's parameters to the graph, as inputs or constants
 */
export function policyGraph(
  spec: GeneratorSpec,
  space: ActionSpace,
  declareParameters: (graph: Graph) => ParameterValues,
): Graph {
  const graph = new Graph();
  const { head, noiseDimension } = spec;
  const observation = graph.input("observation", [anyRows, spec.observationScale.length]);
  const noise =
    noiseDimension > 0
      ? graph.constant(new Float64Array(noiseDimension).fill(policyNoise), [1, noiseDimension])
      : undefined;
  const generated = generate(spec, declareParameters(graph), observation, noise);
  const picked = head.greedy(generated.advantages);
  const value = actionValue(head, generated, entriesOfPicked(head, picked));
  graph.output("allocation", cast(allocationOfPicked(space, picked), "float32"));
  graph.output("value", reshape(value, [anyRows]));
  return graph;
}

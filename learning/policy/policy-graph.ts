import { actionValue } from "../algorithms/temporal-difference.ts";
import { Graph } from "../graph/graph.ts";
import { reshape } from "../graph/operations.ts";
import { anyRows } from "../graph/shape.ts";
import { type GeneratorSpec, generate } from "../networks/generator.ts";
import type { ParameterValues } from "../networks/parameters.ts";
import type { Problem } from "../problem.ts";

/** Noise of a policy: the mean of U(0, 1), so that one observation has one decision. */
const policyNoise = 0.5;

/**
 * From observations [N, size] in raw units to the greedy action, [N, action size] or [N], and
 * `value` [N], its Q; the argmax over all actions is inside.
 *
 * @param declareParameters adds the generator's parameters to the graph, as inputs or constants
 */
export function policyGraph(
  { signature }: Pick<Problem, "signature">,
  spec: GeneratorSpec,
  declareParameters: (graph: Graph) => ParameterValues,
): Graph {
  const graph = new Graph();
  const { head, noiseDimension } = spec;
  const observation = graph.input(signature.observation, [anyRows, spec.observationScale.length]);
  const noise =
    noiseDimension > 0
      ? graph.constant(new Float64Array(noiseDimension).fill(policyNoise), [1, noiseDimension])
      : undefined;
  const generated = generate(spec, declareParameters(graph), observation, noise);
  const { action, entries } = head.greedy(generated.advantages);
  const value = actionValue(head, generated, entries);
  graph.output(signature.action, head.actionSize === 1 ? reshape(action, [anyRows]) : action);
  graph.output("value", reshape(value, [anyRows]));
  return graph;
}

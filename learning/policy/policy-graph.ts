import { actionValue } from "../algorithms/temporal-difference.ts";
import { Graph, type Value } from "../graph/graph.ts";
import { reshape } from "../graph/operations.ts";
import { anyRows } from "../graph/shape.ts";
import { type GeneratorSpec, generate } from "../networks/generator.ts";
import { stackedGreedy } from "../networks/heads/action-head.ts";
import type { ParameterValues } from "../networks/parameters.ts";
import type { Problem } from "../problem.ts";

/** Noise of a policy: the mean of U(0, 1), so that one observation has one decision. */
const policyNoise = 0.5;

/** The greedy action [..., action size] and its Q [..., 1] for observations [..., size]. */
function decide(spec: GeneratorSpec, parameters: ParameterValues, observation: Value) {
  const { head, noiseDimension } = spec;
  const { graph } = observation;
  const noise =
    noiseDimension > 0
      ? graph.constant(new Float64Array(noiseDimension).fill(policyNoise), [1, noiseDimension])
      : undefined;
  const generated = generate(spec, parameters, observation, noise);
  const { action, entries } = stackedGreedy(head, generated.advantages);
  return { action, value: actionValue(head, generated, entries) };
}

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
  const observation = graph.input(signature.observation, [anyRows, spec.observationScale.length]);
  const { action, value } = decide(spec, declareParameters(graph), observation);
  graph.output(signature.action, spec.head.actionSize === 1 ? reshape(action, [anyRows]) : action);
  graph.output("value", reshape(value, [anyRows]));
  return graph;
}

/**
 * The same for agents that decide together: observations [agents, N, size] to actions
 * [agents · N, action size] and values [agents · N], agent after agent.
 */
export function stackedPolicyGraph(
  { signature }: Pick<Problem, "signature">,
  spec: GeneratorSpec,
  agents: number,
  declareParameters: (graph: Graph) => ParameterValues,
): Graph {
  const graph = new Graph();
  const size = spec.observationScale.length;
  const observation = graph.input(signature.observation, [agents, anyRows, size]);
  const { action, value } = decide(spec, declareParameters(graph), observation);
  graph.output(signature.action, action);
  graph.output("value", reshape(value, [anyRows]));
  return graph;
}

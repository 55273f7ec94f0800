import { SlotwiseError } from "../../core/errors.ts";
import { gradientBarriers, gradientRules } from "./gradient-rules.ts";
import type { Graph, Operation, Value } from "./graph.ts";
import { add, expand, zerosLike } from "./operations.ts";
import { elementCount } from "./shape.ts";

/** The operations through which `target` depends on `sources`, last first. */
function dependentOperations(graph: Graph, target: Value, sources: readonly Value[]): Operation[] {
  const dependent = new Set(sources.map((value) => value.id));
  const forward = graph.operations.filter((operation) => {
    if (gradientBarriers.has(operation.type)) return false;
    const depends = operation.inputs.some((input) => dependent.has(input.id));
    if (depends) for (const output of operation.outputs) dependent.add(output.id);
    return depends;
  });
  const wanted = new Set([target.id]);
  return forward.reverse().filter((operation) => {
    const contributes = operation.outputs.some((output) => wanted.has(output.id));
    if (contributes) for (const input of operation.inputs) wanted.add(input.id);
    return contributes;
  });
}

function inputGradients(operation: Operation, gradient: Value): readonly (Value | undefined)[] {
  const rule = gradientRules[operation.type];
  if (rule === undefined) {
    throw new SlotwiseError("GRAPH_INVALID", {
      expected: `an operation with a gradient rule: ${Object.keys(gradientRules).join(", ")}`,
      received: operation.type,
      consequence: "the gradient was not built; use stopGradient where none is wanted",
    });
  }
  return rule(operation, gradient);
}

/** Hands the gradient of an operation's result on to its inputs. */
function propagate(operation: Operation, gradientOf: Map<number, Value>): void {
  const gradient = gradientOf.get(operation.outputs[0]?.id ?? -1);
  if (gradient === undefined) return;
  for (const [i, part] of inputGradients(operation, gradient).entries()) {
    if (part === undefined) continue;
    const input = operation.inputs[i] as Value;
    const known = gradientOf.get(input.id);
    gradientOf.set(input.id, known === undefined ? part : add(known, part));
  }
}

/**
 * Reverse mode: appends the gradients of a single-element value with respect to each source.
 * The gradients are ordinary values, so a function of them can be differentiated again.
 *
 * @throws SlotwiseError GRAPH_INVALID when a path crosses an operation without a rule
 */
export function gradients(target: Value, sources: readonly Value[]): Value[] {
  if (elementCount(target.shape) !== 1) {
    throw new SlotwiseError("GRAPH_INVALID", {
      expected: "a single-element value to differentiate",
      received: `[${target.shape}]`,
      consequence: "the gradient was not built; reduce it first",
    });
  }
  const { graph } = target;
  const gradientOf = new Map<number, Value>();
  gradientOf.set(target.id, expand(graph.scalar(1, target.type), target.shape));
  for (const operation of dependentOperations(graph, target, sources)) {
    propagate(operation, gradientOf);
  }
  return sources.map((source) => gradientOf.get(source.id) ?? zerosLike(source));
}

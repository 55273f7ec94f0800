import type { Graph, Operation } from "./graph.ts";
import { reachable } from "./reachable.ts";
import { elementCount } from "./shape.ts";

function flops({ inputs, outputs, attributes }: Operation): number {
  const shape = inputs[0]?.shape ?? [];
  const inner = shape.at(attributes.transA === 1 ? -2 : -1) ?? 0;
  return 2 * inner * elementCount(outputs[0]?.shape ?? []);
}

/** Floating-point operations of the matrix products of one run: a multiplication and an addition each. */
export function matrixFlops(graph: Graph): number {
  return reachable(graph)
    .operations.filter(({ type }) => type === "MatMul")
    .reduce((total, operation) => total + flops(operation), 0);
}

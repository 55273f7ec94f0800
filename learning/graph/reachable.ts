import type { Graph, Operation } from "./graph.ts";

/** The operations and leaves that the outputs need; gradients build more than that. */
export function reachable(graph: Graph): {
  readonly operations: readonly Operation[];
  readonly used: ReadonlySet<number>;
} {
  const used = new Set(graph.outputs.map((value) => value.id));
  const operations = graph.operations.toReversed().filter((operation) => {
    const needed = operation.outputs.some((output) => used.has(output.id));
    if (needed) for (const input of operation.inputs) used.add(input.id);
    return needed;
  });
  return { operations: operations.reverse(), used };
}

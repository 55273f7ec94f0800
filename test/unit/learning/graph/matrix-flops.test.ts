import { expect, it } from "vitest";
import { Graph } from "../../../../learning/graph/graph.ts";
import { matrixFlops } from "../../../../learning/graph/matrix-flops.ts";
import { matMul, relu } from "../../../../learning/graph/operations.ts";

it("counts the products that the outputs need, transposed and stacked ones included", () => {
  const graph = new Graph();
  const a = graph.input("a", [2, 4, 3]);
  const b = graph.input("b", [2, 4, 5]);
  matMul(a, a, true);
  graph.output("y", relu(matMul(a, b, true)));
  expect(matrixFlops(graph)).toBe(2 * 2 * 3 * 4 * 5);
});

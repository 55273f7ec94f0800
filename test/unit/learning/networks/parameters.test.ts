import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import type { Tensor } from "../../../../core/weights/tensor.ts";
import {
  checkWeights,
  denseLayout,
  drawParameters,
  stackedVector,
} from "../../../../learning/networks/parameters.ts";

const layout = [...denseLayout("a", 3, 2), ...denseLayout("b", 2, 1)];
const drawn = drawParameters(layout, createRandom(5));

describe("parameters", () => {
  it("are drawn in the layout's names and shapes, within the inverse root of the fan-in", () => {
    expect([...drawn].map(([name, { shape }]) => [name, shape])).toEqual([
      ["a.weight", [3, 2]],
      ["a.bias", [2]],
      ["b.weight", [2, 1]],
      ["b.bias", [1]],
    ]);
    const wide = drawParameters(denseLayout("wide", 100, 50), createRandom(1));
    const sizes = [...(wide.get("wide.weight")?.data ?? [])].map(Math.abs);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(0.1);
    expect(Math.max(...sizes)).toBeGreaterThan(0.09);
  });

  it("of several networks lie tensor after tensor, network after network", () => {
    const other = drawParameters(layout, createRandom(6));
    const bias = (weights: typeof drawn) => [...(weights.get("a.bias")?.data ?? [])];
    const flat = stackedVector(layout, [drawn, other]);
    expect(flat).toHaveLength(2 * (3 * 2 + 2 + 2 * 1 + 1));
    expect([...flat.subarray(12, 16)]).toEqual([...bias(drawn), ...bias(other)]);
  });

  it.each([
    ["a missing tensor", (w: Map<string, Tensor>) => w.delete("a.bias")],
    ["an unknown tensor", (w: Map<string, Tensor>) => w.set("c", w.get("a.bias") as Tensor)],
    ["another shape", (w: Map<string, Tensor>) => w.set("a.bias", w.get("b.bias") as Tensor)],
    [
      "too few numbers",
      (w: Map<string, Tensor>) => w.set("a.bias", { shape: [2], data: new Float32Array(1) }),
    ],
    [
      "a number that is not finite",
      (w: Map<string, Tensor>) => w.set("a.bias", { shape: [2], data: Float32Array.of(1, NaN) }),
    ],
  ])("are refused with %s", (_name, spoil) => {
    const weights = new Map(drawn);
    spoil(weights);
    expect(() => checkWeights(layout, weights)).toThrow(
      expect.objectContaining({ code: "WEIGHTS_INVALID" }),
    );
  });
});

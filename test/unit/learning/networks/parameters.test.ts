import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import {
  denseLayout,
  drawParameters,
  flatOf,
  weightsOf,
} from "../../../../learning/networks/parameters.ts";

const layout = [...denseLayout("a", 3, 2), ...denseLayout("b", 2, 1)];
const flat = drawParameters(layout, createRandom(5));

describe("parameters", () => {
  it("go to named tensors and back without loss", () => {
    const weights = weightsOf(layout, flat);
    expect([...weights].map(([name, { shape }]) => [name, shape])).toEqual([
      ["a.weight", [3, 2]],
      ["a.bias", [2]],
      ["b.weight", [2, 1]],
      ["b.bias", [1]],
    ]);
    expect(flatOf(layout, weights)).toEqual(flat);
  });

  it("are drawn within the inverse root of the fan-in", () => {
    const many = drawParameters(denseLayout("wide", 100, 50), createRandom(1));
    expect(Math.max(...many.map(Math.abs))).toBeLessThanOrEqual(0.1);
    expect(Math.max(...many.map(Math.abs))).toBeGreaterThan(0.09);
  });

  it.each([
    ["a missing tensor", (w: Map<string, unknown>) => w.delete("a.bias")],
    ["an unknown tensor", (w: Map<string, unknown>) => w.set("c", w.get("a.bias"))],
    ["another shape", (w: Map<string, unknown>) => w.set("a.bias", w.get("b.bias"))],
    [
      "too few numbers",
      (w: Map<string, unknown>) => w.set("a.bias", { shape: [2], data: new Float32Array(1) }),
    ],
    [
      "a number that is not finite",
      (w: Map<string, unknown>) => w.set("a.bias", { shape: [2], data: Float32Array.of(1, NaN) }),
    ],
  ])("are refused with %s", (_name, spoil) => {
    const weights = new Map(weightsOf(layout, flat));
    spoil(weights);
    expect(() => flatOf(layout, weights)).toThrow(
      expect.objectContaining({ code: "WEIGHTS_INVALID" }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { averageWeights } from "../../../../core/weights/fed-avg.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";

const network = (w: number[], b: number[]): Weights =>
  new Map([
    ["w", { shape: [2, 2], data: Float32Array.from(w) }],
    ["b", { shape: [2], data: Float32Array.from(b) }],
  ]);

describe("federated averaging", () => {
  it("is the plain mean of equation (17) for equal sample counts", () => {
    const mean = averageWeights([
      { weights: network([1, 2, 3, 4], [0, -8]), samples: 100 },
      { weights: network([3, 2, 1, 0], [1, 0]), samples: 100 },
      { weights: network([5, 2, -1, 8], [2, 2]), samples: 100 },
      { weights: network([7, 2, 1, 0], [1, 2]), samples: 100 },
    ]);
    expect([...(mean.get("w")?.data ?? [])]).toEqual([4, 2, 1, 3]);
    expect([...(mean.get("b")?.data ?? [])]).toEqual([1, -1]);
    expect(mean.get("w")?.shape).toEqual([2, 2]);
  });

  it("weighs agents by their samples", () => {
    const mean = averageWeights([
      { weights: network([0, 0, 0, 4], [0, 0]), samples: 300 },
      { weights: network([4, 8, 0, 0], [0, 0]), samples: 100 },
    ]);
    expect([...(mean.get("w")?.data ?? [])]).toEqual([1, 2, 0, 3]);
  });

  it("keeps the mean of the largest float32 values finite", () => {
    const most = 3.4028234663852886e38;
    const weights = network([most, -most, 0, 0], [0, 0]);
    const mean = averageWeights([1, 2, 3].map((samples) => ({ weights, samples })));
    expect([...(mean.get("w")?.data ?? [])]).toEqual([most, -most, 0, 0]);
  });

  it.each([1, 2, 4, 7, 9])("gives to the bit what summing value by value does, for %d", (count) => {
    const length = 2500;
    const random = createRandom(count);
    const updates = Array.from({ length: count }, (_, u) => ({
      weights: new Map([
        ["w", { shape: [length], data: Float32Array.from({ length }, random.uniform) }],
      ]),
      samples: 1 + u,
    }));
    const total = (count * (count + 1)) / 2;
    const expected = Float32Array.from({ length }, (_, i) =>
      updates.reduce(
        (sum, { weights, samples }) => sum + (samples / total) * (weights.get("w")?.data[i] ?? 0),
        0,
      ),
    );
    expect(averageWeights(updates).get("w")?.data).toEqual(expected);
  });

  it("refuses networks of other names, other shapes, or nothing at all", () => {
    const first = { weights: network([1, 2, 3, 4], [1, 2]), samples: 1 };
    const renamed: Weights = new Map([...first.weights].map(([name, t]) => [`${name}2`, t]));
    const flat: Weights = new Map(
      [...first.weights].map(([n, t]) => [n, { ...t, shape: [t.data.length] }]),
    );
    for (const weights of [renamed, flat, new Map()]) {
      expect(() => averageWeights([first, { weights, samples: 1 }])).toThrow(/names and shapes/);
    }
    expect(() => averageWeights([])).toThrow(/at least one/);
  });

  it("refuses a sample count that is not positive", () => {
    const weights = network([1, 2, 3, 4], [1, 2]);
    expect(() => averageWeights([{ weights, samples: 0 }])).toThrow(/positive/);
    expect(() => averageWeights([{ weights, samples: Number.NaN }])).toThrow(/positive/);
  });
});

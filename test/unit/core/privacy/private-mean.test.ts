import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { privacyRulesSchema } from "../../../../core/privacy/privacy-rules.ts";
import { privateMean } from "../../../../core/privacy/private-mean.ts";
import { createRandom } from "../../../../core/random.ts";
import { distance } from "../../../../core/weights/norm.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";

const rules = privacyRulesSchema.parse({ clipNorm: 2, noiseMultiplier: 3 });
/** Every draw from N(0, 1) is 0. */
const noNoise = { uniform: () => 0, integer: () => 0 };

const vector = (...values: number[]): Weights =>
  new Map([["w", { shape: [values.length], data: Float32Array.from(values) }]]);

describe("the private mean", () => {
  it("is the mean of the clipped changes, with equal weights", () => {
    const updates = [vector(1, 1), vector(31, 41), vector(1, 2)];
    const mean = privateMean(updates, vector(1, 1), rules, noNoise);
    const [a, b] = mean.get("w")?.data ?? [];
    expect(a).toBeCloseTo(1 + 1.2 / 3, 6);
    expect(b).toBeCloseTo(1 + (1.6 + 1) / 3, 6);
  });

  it("moves by at most C over n for whatever one agent sends", () => {
    const value = fc.float({ min: -100, max: 100, noNaN: true });
    const update = fc.array(value, { minLength: 4, maxLength: 4 }).map((v) => vector(...v));
    fc.assert(
      fc.property(fc.array(update, { minLength: 1, maxLength: 5 }), update, (others, own) => {
        const base = vector(1, -1, 0.5, 0);
        const moved = privateMean([...others, own], base, rules, noNoise);
        const still = privateMean([...others, base], base, rules, noNoise);
        const most = rules.clipNorm / (others.length + 1);
        expect(distance(moved, still)).toBeLessThanOrEqual(most * (1 + 1e-5) + 1e-5);
      }),
    );
  });

  it("has noise of standard deviation z C / n in every value", () => {
    const base = vector(...new Array(20_000).fill(0));
    const mean = privateMean([base, base, base, base], base, rules, createRandom(1));
    const data = [...(mean.get("w")?.data ?? [])];
    const deviation = Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length);
    expect(deviation / ((3 * 2) / 4)).toBeCloseTo(1, 1.5);
    expect(Math.abs(data.reduce((sum, v) => sum + v, 0) / data.length)).toBeLessThan(0.05);
  });

  it("is not made without a model to clip from", () => {
    expect(() => privateMean([vector(1)], undefined, rules, noNoise)).toThrow(/a model/);
  });
});

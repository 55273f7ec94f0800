import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coordinateMedian } from "../../../../core/weights/coordinate-median.ts";
import { multiKrum } from "../../../../core/weights/multi-krum.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";
import { trimmedMean } from "../../../../core/weights/trimmed-mean.ts";
import type { WeightedUpdate } from "../../../../core/weights/update.ts";
import { updatesOf, valuesOf } from "./networks.ts";

const rest = [1, 2, 3, 4];
const robust: Record<string, (updates: readonly WeightedUpdate[]) => Weights> = {
  "coordinate median": coordinateMedian,
  "trimmed mean": (updates) => trimmedMean(updates, 2),
  "Multi-Krum": (updates) => multiKrum(updates, 2),
};

describe("the coordinate median", () => {
  it("is the value in the middle, or the mean of the two", () => {
    expect(valuesOf(coordinateMedian(updatesOf([9, -5, 1])))).toEqual([1, ...rest]);
    expect(valuesOf(coordinateMedian(updatesOf([9, -5, 1, 2])))).toEqual([1.5, ...rest]);
  });
});

describe("the trimmed mean", () => {
  it("leaves out the largest and the smallest values", () => {
    expect(valuesOf(trimmedMean(updatesOf([100, 3, 1, 2, -100]), 1))).toEqual([2, ...rest]);
  });

  it("refuses fewer than 2f + 1 updates", () => {
    expect(() => trimmedMean(updatesOf([1, 2, 3, 4]), 2)).toThrow(/5 updates; received 4/);
  });
});

describe("Multi-Krum", () => {
  it("averages the updates nearest to their neighbours", () => {
    expect(valuesOf(multiKrum(updatesOf([1, 50, 2, 3, 2]), 1))).toEqual([2, ...rest]);
  });

  it("refuses fewer than 2f + 3 updates", () => {
    expect(() => multiKrum(updatesOf([1, 2, 3, 4, 5, 6]), 2)).toThrow(/7 updates; received 6/);
  });
});

describe.each(Object.entries(robust))("%s with two attackers of ten", (_, rule) => {
  it("stays within what the honest sent, however far off the attackers are", () => {
    const value = fc.double({ min: -1, max: 1, noNaN: true }).map(Math.fround);
    const honest = fc.array(value, { minLength: 8, maxLength: 8 });
    const far = fc.double({ min: 50, max: 1e30, noNaN: true });
    const wrong = fc.tuple(far, fc.boolean()).map(([size, up]) => (up ? size : -size));
    fc.assert(
      fc.property(honest, fc.tuple(wrong, wrong), (good, bad) => {
        const [first] = valuesOf(rule(updatesOf([...good, ...bad])));
        expect(first).toBeGreaterThanOrEqual(Math.min(...good) - 1e-6);
        expect(first).toBeLessThanOrEqual(Math.max(...good) + 1e-6);
      }),
    );
  });

  it("does not depend on the order of the updates or on their sample counts", () => {
    const values = [1, 7, 3, 2, 8, 5, 6, 4, 10, 9];
    const one = valuesOf(rule(updatesOf(values)));
    const other = valuesOf(rule(updatesOf(values.toReversed(), 1)));
    for (const [i, value] of one.entries()) expect(other[i]).toBeCloseTo(value, 6);
  });

  it("refuses nothing at all", () => {
    expect(() => rule([])).toThrow(/expected/);
  });
});

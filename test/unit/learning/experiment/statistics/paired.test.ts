import { expect, test } from "vitest";
import { sideOf, sideOfValue } from "../../../../../learning/experiment/statistics/comparison.ts";
import {
  pairedDifference,
  pairedRatio,
  pairs,
} from "../../../../../learning/experiment/statistics/paired.ts";

test("draws that one of the two lacks are left out", () => {
  expect(pairs([1, null, 3], [4, 5, 6])).toEqual([
    [1, 4],
    [3, 6],
  ]);
});

test("series of different lengths are refused", () => {
  expect(() => pairs([1], [1, 2])).toThrow(/same draws/);
});

test("differences of 1, 2, 3 have mean 2 and half width 4.3027/√3", () => {
  const interval = pairedDifference([
    [2, 1],
    [4, 2],
    [6, 3],
  ]);
  expect(interval?.mean).toBe(2);
  expect(interval?.high).toBeCloseTo(2 + 2.4841, 4);
});

test("a constant ratio has an interval of no width, however the draws vary", () => {
  const interval = pairedRatio([
    [1, 2],
    [5, 10],
    [20, 40],
  ]);
  expect(interval?.mean).toBe(0.5);
  expect(interval?.low).toBeCloseTo(0.5, 12);
  expect(interval?.high).toBeCloseTo(0.5, 12);
});

test("a ratio's interval is that of the residuals over the mean of the second", () => {
  const interval = pairedRatio([
    [1, 2],
    [3, 2],
  ]);
  expect(interval?.mean).toBe(1);
  expect(interval?.high).toBeCloseTo(1 + 12.7062 * (Math.SQRT1_2 / Math.SQRT2), 3);
});

test("intervals lie apart only where they share no point", () => {
  const at = (low: number, high: number) => ({ mean: (low + high) / 2, low, high, count: 2 });
  expect(sideOf(at(0, 1), at(1.1, 2))).toBe("below");
  expect(sideOf(at(3, 4), at(1.1, 2))).toBe("above");
  expect(sideOf(at(0, 1), at(1, 2))).toBe("overlapping");
  expect(sideOfValue(at(0.2, 1), 0)).toBe("above");
});

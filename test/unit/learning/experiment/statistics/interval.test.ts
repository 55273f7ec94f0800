import { expect, test } from "vitest";
import {
  meanInterval,
  standardDeviation,
} from "../../../../../learning/experiment/statistics/interval.ts";

test("the interval of 2, 4, 6 is 4 ± 4.3027 · 2/√3", () => {
  const interval = meanInterval([2, 4, 6]);
  expect(interval?.mean).toBe(4);
  expect(interval?.high).toBeCloseTo(4 + 4.968, 3);
  expect(interval?.low).toBeCloseTo(4 - 4.968, 3);
  expect(interval?.count).toBe(3);
});

test("the standard deviation divides by n − 1", () => {
  expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
});

test("one value has an interval of no width and none has no interval", () => {
  expect(meanInterval([3])).toEqual({ mean: 3, low: 3, high: 3, count: 1 });
  expect(meanInterval([])).toBeUndefined();
});

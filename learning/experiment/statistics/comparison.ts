import type { Interval } from "./interval.ts";

/** Where an interval lies beside another interval or a value. */
export type Side = "above" | "below" | "overlapping";

/** "above" or "below" only where the two intervals share no point. */
export function sideOf(a: Interval, b: Interval): Side {
  if (a.low > b.high) return "above";
  if (a.high < b.low) return "below";
  return "overlapping";
}

export function sideOfValue(interval: Interval, value: number): Side {
  return sideOf(interval, { mean: value, low: value, high: value, count: 1 });
}

import type { Interval } from "../../experiment/statistics/interval.ts";
import { pairedRatio, pairs } from "../../experiment/statistics/paired.ts";
import type { Sample } from "../figure.ts";

/** How much a series changes from one x to another, as a share of the first. */
export interface Growth {
  readonly from: number;
  readonly to: number;
  readonly change: Interval;
}

const fewestPairs = 5;
const leastShare = 0.25;

/**
 * The growth of a series from its first x, or `from`, to the last x at which at least 5 draws and a
 * quarter of all have a value at both ends; undefined where there is no such x.
 */
export function growth(
  samples: readonly Sample[],
  series: string,
  from = Number.NEGATIVE_INFINITY,
): Growth | undefined {
  const own = samples
    .filter((sample) => sample.series === series && sample.x >= from)
    .sort((a, b) => a.x - b.x);
  const [first] = own;
  if (first === undefined) return undefined;
  for (const last of own.slice(1).reverse()) {
    const both = pairs(last.values, first.values);
    const enough = both.length >= Math.max(fewestPairs, leastShare * first.values.length);
    const ratio = enough ? pairedRatio(both) : undefined;
    if (ratio === undefined) continue;
    const { mean, low, high, count } = ratio;
    return {
      from: first.x,
      to: last.x,
      change: { mean: mean - 1, low: low - 1, high: high - 1, count },
    };
  }
  return undefined;
}

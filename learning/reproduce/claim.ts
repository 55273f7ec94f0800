import { sideOfValue } from "../experiment/statistics/comparison.ts";
import type { Interval } from "../experiment/statistics/interval.ts";
import type { Verdict } from "./figure.ts";

/** A measured size within this share of the paper's counts as the same size. */
const sameSize = 0.15;

/** "12.3 [11.9, 12.8] %", or "-" where there is nothing. */
export function shown(
  interval: Interval | undefined,
  unit: string,
  digits = 1,
  factor = 1,
): string {
  if (interval === undefined) return "-";
  const text = (value: number) => (factor * value).toFixed(digits);
  return `${text(interval.mean)} [${text(interval.low)}, ${text(interval.high)}]${unit === "" ? "" : ` ${unit}`}`;
}

export function isNear(value: number, claimed: number, share = sameSize): boolean {
  return Math.abs(value - claimed) <= share * Math.abs(claimed);
}

/** Less than this share of the claimed size is as good as nothing. */
const leastSize = 0.1;

/**
 * The verdict on "larger than zero, by about so much": reproduced when the interval lies above zero
 * and the size is the paper's within 15 %, in part when only the first holds and the size is at
 * least a tenth of the paper's.
 */
export function sizeVerdict(interval: Interval | undefined, claimed: number): Verdict {
  if (interval === undefined) return "not tested";
  if (sideOfValue(interval, 0) !== "above") return "not reproduced";
  if (interval.mean < leastSize * claimed) return "not reproduced";
  const near = isNear(interval.mean, claimed) || sideOfValue(interval, claimed) === "overlapping";
  return near ? "reproduced" : "in part";
}

/** The verdict on "larger than zero": the whole interval is, and its mean at least `least`. */
export function signVerdict(interval: Interval | undefined, least = 0): Verdict {
  if (interval === undefined) return "not tested";
  const larger = sideOfValue(interval, 0) === "above" && interval.mean >= least;
  return larger ? "reproduced" : "not reproduced";
}

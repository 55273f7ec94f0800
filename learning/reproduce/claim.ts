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
 * The verdict on "larger than zero": reproduced when the whole interval is and its mean at least
 * `least`; not reproduced when the whole interval is below zero or `least`; else inconclusive.
 */
export function signVerdict(interval: Interval | undefined, least = 0): Verdict {
  if (interval === undefined) return "not tested";
  if (interval.high <= Math.max(0, least)) return "not reproduced";
  if (interval.low <= 0) return "inconclusive";
  return interval.mean >= least ? "reproduced" : "not reproduced";
}

/**
 * The verdict on "larger than zero, by about so much": as on its sign, but in part where the size is
 * not the paper's within 15 % nor in the interval; less than a tenth of it is nothing.
 */
export function sizeVerdict(interval: Interval | undefined, claimed: number): Verdict {
  const sign = signVerdict(interval, leastSize * claimed);
  if (interval === undefined || sign !== "reproduced") return sign;
  const near = isNear(interval.mean, claimed) || sideOfValue(interval, claimed) === "overlapping";
  return near ? "reproduced" : "in part";
}

/**
 * The verdict on "about so much": reproduced when the whole interval lies within `share` of it, not
 * reproduced when none of it does, else inconclusive.
 */
export function aboutVerdict(
  interval: Interval | undefined,
  claimed: number,
  share: number,
): Verdict {
  if (interval === undefined) return "not tested";
  const low = claimed * (1 - share);
  const high = claimed * (1 + share);
  if (interval.low >= low && interval.high <= high) return "reproduced";
  return interval.high < low || interval.low > high ? "not reproduced" : "inconclusive";
}

import { type Interval, mean, meanInterval } from "./interval.ts";

/** Two measurements of the same draw. */
export type Pair = readonly [number, number];

/** Pairs of two series of the same draws; a draw that either lacks is left out. */
export function pairs(a: readonly (number | null)[], b: readonly (number | null)[]): Pair[] {
  if (a.length !== b.length) {
    throw new RangeError(`expected series of the same draws; received ${a.length} and ${b.length}`);
  }
  return a.flatMap((x, i) => {
    const y = b[i];
    return x === null || y === null || y === undefined ? [] : [[x, y] as const];
  });
}

/** Interval of the mean of first minus second. */
export function pairedDifference(sample: readonly Pair[]): Interval | undefined {
  return meanInterval(sample.map(([x, y]) => x - y));
}

/**
 * Interval of mean(first) / mean(second), by linearisation (delta method): the ratio r plus the mean
 * of (x − r y) / ȳ, which is zero, with its Student interval.
 */
export function pairedRatio(sample: readonly Pair[]): Interval | undefined {
  if (sample.length === 0) return undefined;
  const denominator = mean(sample.map(([, y]) => y));
  const ratio = mean(sample.map(([x]) => x)) / denominator;
  const around = meanInterval(sample.map(([x, y]) => (x - ratio * y) / denominator));
  if (around === undefined) return undefined;
  return {
    mean: ratio,
    low: ratio + around.low - around.mean,
    high: ratio + around.high - around.mean,
    count: sample.length,
  };
}

import { studentT } from "./student-t.ts";

/** A mean and its two-sided confidence interval; the ends are the mean where one value was seen. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const confidence = 0.95;

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of a sample (n − 1); 0 for a single value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Student's 95 % interval of the mean; undefined where there are no values. */
export function meanInterval(values: readonly number[]): Interval | undefined {
  if (values.length === 0) return undefined;
  const centre = mean(values);
  const half =
    values.length < 2
      ? 0
      : (studentT(confidence, values.length - 1) * standardDeviation(values)) /
        Math.sqrt(values.length);
  return { mean: centre, low: centre - half, high: centre + half, count: values.length };
}

/** A statistic with the 95 % interval of its mean over batches. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export type Statistic = (values: ArrayLike<number>) => number;

/** Student's t, two-sided 95 %, by degrees of freedom 1…19. */
const t95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093,
];

export const batches = 20;

export const mean: Statistic = (values) => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
};

/** The smallest value that at least that share of the values does not exceed. */
export function quantile(share: number): Statistic {
  return (values) => {
    const sorted = Float64Array.from(values).sort();
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  };
}

/**
 * A statistic over all values with a 95 % interval by batches: consecutive tasks share queues and
 * are not independent, stretches of a run nearly are. Its half width is t · s / √k of the statistic
 * over k batches that are not empty.
 */
export function estimate(batchesOfValues: readonly number[][], statistic: Statistic): Estimate {
  const value = statistic(batchesOfValues.flat());
  const each = batchesOfValues.filter((batch) => batch.length > 0).map(statistic);
  const half = halfWidth(each);
  return { value, low: value - half, high: value + half };
}

/** Mean of paired differences by batch, with its 95 % interval. */
export function estimateDifference(
  a: readonly number[][],
  b: readonly number[][],
  statistic: Statistic,
): Estimate {
  const differences = a.flatMap((batch, i) => {
    const other = b[i];
    if (batch.length === 0 || other === undefined || other.length === 0) return [];
    return statistic(batch) - statistic(other);
  });
  const value = mean(differences);
  const half = halfWidth(differences);
  return { value, low: value - half, high: value + half };
}

function halfWidth(values: readonly number[]): number {
  const degrees = values.length - 1;
  if (degrees < 1) return Number.NaN;
  const centre = mean(values);
  const variance = mean(values.map((value) => (value - centre) ** 2)) * (values.length / degrees);
  return (t95[Math.min(degrees, t95.length) - 1] as number) * Math.sqrt(variance / values.length);
}

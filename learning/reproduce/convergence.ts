import { mean } from "../experiment/statistics/interval.ts";

export const windowEpisodes = 20;

const lastShare = 0.25;

/** The mean of each value and the up to 19 before it. */
export function movingMean(values: readonly number[]): number[] {
  return values.map((_, i) => mean(values.slice(Math.max(0, i + 1 - windowEpisodes), i + 1)));
}

/** The mean over the last quarter of the values. */
export function finalValue(values: readonly number[]): number {
  return mean(values.slice(-Math.max(1, Math.round(lastShare * values.length))));
}

/** The first episode, from 1, after which the moving mean stays within a share of its final value. */
export function convergedAt(values: readonly number[], within: number): number {
  const smooth = movingMean(values);
  const final = finalValue(values);
  const away = (value: number) => Math.abs(value - final) > within * Math.abs(final);
  return smooth.findLastIndex(away) + 2;
}

import { lowerMedian } from "./lower-median.ts";

/** A share beyond this many times the round's median says more of the sender than of its training. */
const medianFactor = 2;

/** Sample counts of a round as they weigh in equation (17): at most twice their lower median. */
export function cappedSamples(samples: readonly number[]): number[] {
  const most = medianFactor * lowerMedian(samples);
  return samples.map((count) => Math.min(count, most));
}

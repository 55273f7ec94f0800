/** A share beyond this many times the round's median says more of the sender than of its training. */
const medianFactor = 2;

/** Of an even count the lower one, so that half of the senders cannot raise it. */
function lowerMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** Sample counts of a round as they weigh in equation (17): at most twice their lower median. */
export function cappedSamples(samples: readonly number[]): number[] {
  const most = medianFactor * lowerMedian(samples);
  return samples.map((count) => Math.min(count, most));
}

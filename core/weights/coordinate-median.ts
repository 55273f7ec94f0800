import { aggregateByCoordinate } from "./by-coordinate.ts";
import type { Weights } from "./tensor.ts";
import type { WeightedUpdate } from "./update.ts";

/**
 * The coordinate-wise median (Yin et al., ICML 2018, Definition 1); of an even number the mean of the
 * two in the middle. Sample counts do not weigh.
 *
 * @throws SlotwiseError WEIGHTS_INVALID when there is nothing to aggregate, or names or shapes differ
 */
export function coordinateMedian(updates: readonly WeightedUpdate[]): Weights {
  const upper = Math.floor(updates.length / 2);
  const lower = Math.floor((updates.length - 1) / 2);
  return aggregateByCoordinate(
    updates,
    (sorted) => ((sorted[lower] as number) + (sorted[upper] as number)) / 2,
  );
}

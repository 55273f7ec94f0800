import { aggregateByCoordinate } from "./by-coordinate.ts";
import type { Weights } from "./tensor.ts";
import type { WeightedUpdate } from "./update.ts";
import { weightsError } from "./weights-error.ts";

/** Updates that a trimmed mean against `byzantine` agents needs. */
export function trimmedMeanNeeds(byzantine: number): number {
  return 2 * byzantine + 1;
}

/**
 * The coordinate-wise trimmed mean (Yin et al., ICML 2018, Definition 2): at every coordinate the
 * `byzantine` largest and smallest values are left out. Sample counts do not weigh.
 *
 * @throws SlotwiseError WEIGHTS_INVALID with fewer than 2f + 1 updates, or where names or shapes differ
 */
export function trimmedMean(updates: readonly WeightedUpdate[], byzantine: number): Weights {
  const needed = trimmedMeanNeeds(byzantine);
  if (updates.length < needed) throw weightsError(`${needed} updates`, `${updates.length}`);
  const kept = updates.length - 2 * byzantine;
  return aggregateByCoordinate(updates, (sorted) => {
    let sum = 0;
    for (let i = byzantine; i < byzantine + kept; i++) sum += sorted[i] as number;
    return sum / kept;
  });
}

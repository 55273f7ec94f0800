import type { Weights } from "./tensor.ts";
import { weightsError } from "./weights-error.ts";

/** What one agent brings to a round: its generator and how many samples it was trained on. */
export interface WeightedUpdate {
  readonly weights: Weights;
  /** Positive. */
  readonly samples: number;
}

/** Names and shapes in order, as text: equal for two networks that can be aggregated. */
export function weightsSignature(weights: Weights): string {
  return JSON.stringify([...weights].map(([name, { shape }]) => [name, ...shape]));
}

/**
 * The first of updates that can be aggregated.
 *
 * @throws SlotwiseError WEIGHTS_INVALID when there is none, or names or shapes differ
 */
export function requireAgreement(updates: readonly WeightedUpdate[]): WeightedUpdate {
  const [first, ...others] = updates;
  if (first === undefined) throw weightsError("at least one update to aggregate", "none");
  const signature = weightsSignature(first.weights);
  if (others.some(({ weights }) => weightsSignature(weights) !== signature)) {
    throw weightsError("the same names and shapes in every update", "different ones");
  }
  return first;
}

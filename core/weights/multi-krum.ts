import { averageWeights } from "./fed-avg.ts";
import { distance } from "./norm.ts";
import type { Weights } from "./tensor.ts";
import { requireAgreement, type WeightedUpdate } from "./update.ts";
import { weightsError } from "./weights-error.ts";

/** Updates that Multi-Krum against `byzantine` agents needs. */
export function multiKrumNeeds(byzantine: number): number {
  return 2 * byzantine + 3;
}

/** Squared distance of every pair. */
function squaredDistances(updates: readonly WeightedUpdate[]): number[][] {
  const squares = updates.map(() => updates.map(() => 0));
  for (const [i, { weights: a }] of updates.entries()) {
    for (let j = 0; j < i; j++) {
      const square = distance(a, (updates[j] as WeightedUpdate).weights) ** 2;
      (squares[i] as number[])[j] = square;
      (squares[j] as number[])[i] = square;
    }
  }
  return squares;
}

/**
 * Multi-Krum (Blanchard et al., NeurIPS 2017): an update's score is the sum of its squared distances to
 * the n − f − 2 nearest others; the mean of the m = n − f updates with the lowest scores.
 * Sample counts do not weigh.
 *
 * @throws SlotwiseError WEIGHTS_INVALID with fewer than 2f + 3 updates, or where names or shapes differ
 */
export function multiKrum(updates: readonly WeightedUpdate[], byzantine: number): Weights {
  requireAgreement(updates);
  const needed = multiKrumNeeds(byzantine);
  if (updates.length < needed) throw weightsError(`${needed} updates`, `${updates.length}`);
  const neighbours = updates.length - byzantine - 2;
  const scores = squaredDistances(updates).map((row, i) =>
    row
      .filter((_, j) => j !== i)
      .sort((a, b) => a - b)
      .slice(0, neighbours)
      .reduce((sum, square) => sum + square, 0),
  );
  const ranked = updates
    .map(({ weights }, i) => ({ weights, score: scores[i] as number }))
    .sort((a, b) => a.score - b.score);
  const chosen = ranked.slice(0, updates.length - byzantine);
  return averageWeights(chosen.map(({ weights }) => ({ weights, samples: 1 })));
}

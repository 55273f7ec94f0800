import { lowerMedian } from "../../core/weights/lower-median.ts";
import { norm } from "../../core/weights/norm.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { weightsSignature } from "../../core/weights/update.ts";

/**
 * The updates that may found a global model: the largest set with the same names and shapes, less
 * those whose norm is over `maxChange` times the lower median of the set's (of 1, if that is more).
 */
export function foundingUpdates<Update extends { readonly weights: Weights }>(
  updates: readonly Update[],
  maxChange: number,
): readonly Update[] {
  const groups = new Map<string, Update[]>();
  for (const update of updates) {
    const signature = weightsSignature(update.weights);
    groups.set(signature, [...(groups.get(signature) ?? []), update]);
  }
  const agreeing = [...groups.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
  const norms = agreeing.map(({ weights }) => norm(weights));
  const largest = maxChange * Math.max(1, lowerMedian(norms));
  return agreeing.filter((_, u) => (norms[u] as number) <= largest);
}

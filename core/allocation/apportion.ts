import { minBlocks } from "./allocation.ts";

/** Remainders closer than this are a tie: binary rounding must not break one. */
const tieResolution = 1e-9;

/**
 * Splits a block budget in proportion to weights: every slice gets one block, the rest goes by
 * largest remainder, earlier slices first on a tie. Weights that are not finite and positive
 * count as 0; when none is left, the rest is shared equally.
 */
export function apportion(budget: number, weights: ArrayLike<number>): number[] {
  const positive = Array.from(weights, (w) => (Number.isFinite(w) && w > 0 ? w : 0));
  const sum = positive.reduce((a, b) => a + b, 0);
  const shares = sum > 0 ? positive : positive.map(() => 1);
  const total = sum > 0 ? sum : shares.length;
  const rest = budget - shares.length * minBlocks;
  const exact = shares.map((share) => (rest * share) / total);
  const blocks = exact.map((quota) => minBlocks + Math.floor(quota));
  const left = budget - blocks.reduce((a, b) => a + b, 0);
  const byRemainder = exact
    .map((quota, slice) => ({ slice, remainder: Math.round((quota % 1) / tieResolution) }))
    .sort((a, b) => b.remainder - a.remainder || a.slice - b.slice);
  for (const { slice } of byRemainder.slice(0, left)) blocks[slice] = (blocks[slice] ?? 0) + 1;
  return blocks;
}

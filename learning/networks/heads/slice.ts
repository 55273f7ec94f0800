import type { ActionSpace } from "../../../core/slicing/action-space.ts";
import type { Value } from "../../graph/graph.ts";
import { argMaxInRows, div, gather, matMul, mod, reshape } from "../../graph/operations.ts";
import { anyRows } from "../../graph/shape.ts";
import type { CompositionHead } from "./composition-head.ts";

/** Share of compositions that give a slice each number of blocks: [slice][blocks − 1]. */
function marginals(
  rows: readonly (readonly number[])[],
  slices: number,
  maxBlocks: number,
): number[][] {
  const shares = Array.from({ length: slices }, () => new Array<number>(maxBlocks).fill(0));
  for (const row of rows) {
    for (const [slice, blocks] of row.entries()) {
      const share = shares[slice] as number[];
      share[blocks - 1] = (share[blocks - 1] as number) + 1 / rows.length;
    }
  }
  return shares;
}

/**
 * One table per slice, [bandwidth blocks, compute blocks], 3 · 16 · 16 entries for Table 1; the
 * advantage of an action is the sum of its slices' entries. A user's delay depends only on its own
 * slice's blocks, so this loses nothing but the exponentials' coupling, and every slot teaches
 * three entries that thousands of actions share.
 */
export function createSliceHead(space: ActionSpace): CompositionHead {
  const { slices, maxBandwidthBlocks, maxComputeBlocks } = space;
  const cells = maxBandwidthBlocks * maxComputeBlocks;
  const bandwidthShare = marginals(space.bandwidth, slices, maxBandwidthBlocks);
  const computeShare = marginals(space.compute, slices, maxComputeBlocks);
  return {
    outputs: slices * cells,
    entriesPerAction: slices,
    bandwidthEntries: space.bandwidth.map((row) =>
      row.map((blocks, slice) => slice * cells + (blocks - 1) * maxComputeBlocks),
    ),
    computeEntries: space.compute.map((row) => row.map((blocks) => blocks - 1)),
    meanWeights: Float64Array.from(
      bandwidthShare.flatMap((shares, slice) =>
        shares.flatMap((b) => (computeShare[slice] as number[]).map((c) => b * c)),
      ),
    ),
    greedy: (raw) => greedySum(space, raw),
  };
}

/**
 * argmax over all sums of one entry per slice. Gathering the rows of each bandwidth composition
 * gives [136, 3·16]; a product with the 0/1 matrix of the compute compositions, [3·16, 136], adds
 * the three entries of every pair. One matrix product replaces 3 · 18,496 element-wise gathers.
 */
function greedySum(space: ActionSpace, raw: Value) {
  const { slices, maxBandwidthBlocks, maxComputeBlocks } = space;
  const bandwidths = space.bandwidth.length;
  const computes = space.compute.length;
  const columns = slices * maxComputeBlocks;
  const rowsOf = space.bandwidth.flatMap((row) =>
    row.map((blocks, slice) => slice * maxBandwidthBlocks + blocks - 1),
  );
  const chosen = new Float64Array(columns * computes);
  for (const [c, row] of space.compute.entries()) {
    for (const [slice, blocks] of row.entries()) {
      chosen[(slice * maxComputeBlocks + blocks - 1) * computes + c] = 1;
    }
  }
  const { graph } = raw;
  const count = raw.shape[0] ?? anyRows;
  const table = reshape(raw, [count, slices * maxBandwidthBlocks, maxComputeBlocks]);
  const gathered = gather(table, graph.constant(rowsOf, [rowsOf.length], "int64"), 1);
  const stacked = reshape(gathered, [count, bandwidths, columns]);
  const sums = matMul(stacked, graph.constant(chosen, [columns, computes]));
  const action = argMaxInRows(reshape(sums, [count, bandwidths * computes]));
  return { bandwidth: div(action, computes), compute: mod(action, computes) };
}

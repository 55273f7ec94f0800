import type { ActionSpace } from "../../../core/slicing/action-space.ts";
import type { Value } from "../../graph/graph.ts";
import { argMaxInRows, pickColumns } from "../../graph/operations.ts";
import type { CompositionHead } from "./composition-head.ts";

/** One advantage per composition of each resource, mean-centred each: 136 + 136 for Table 1. */
export function createBranchingHead(space: ActionSpace): CompositionHead {
  const bandwidths = space.bandwidth.length;
  const computes = space.compute.length;
  return {
    outputs: bandwidths + computes,
    entriesPerAction: 2,
    bandwidthEntries: space.bandwidth.map((_, b) => [b, bandwidths]),
    computeEntries: space.compute.map((_, c) => [0, c]),
    meanWeights: Float64Array.from([
      ...space.bandwidth.map(() => 1 / bandwidths),
      ...space.compute.map(() => 1 / computes),
    ]),
    greedy: (raw: Value) => ({
      bandwidth: argMaxInRows(pickColumns(raw, 0, bandwidths)),
      compute: argMaxInRows(pickColumns(raw, bandwidths, computes)),
    }),
  };
}

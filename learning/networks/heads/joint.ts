import type { ActionSpace } from "../../../core/slicing/action-space.ts";
import type { Value } from "../../graph/graph.ts";
import { argMaxInRows, div, mod } from "../../graph/operations.ts";
import type { CompositionHead } from "./composition-head.ts";

/** One advantage per joint action, as the paper has it: 18,496 for Table 1. */
export function createJointHead(space: ActionSpace): CompositionHead {
  const computes = space.compute.length;
  return {
    outputs: space.size,
    entriesPerAction: 1,
    bandwidthEntries: space.bandwidth.map((_, b) => [b * computes]),
    computeEntries: space.compute.map((_, c) => [c]),
    meanWeights: new Float64Array(space.size).fill(1 / space.size),
    greedy: (raw: Value) => {
      const action = argMaxInRows(raw);
      return { bandwidth: div(action, computes), compute: mod(action, computes) };
    },
  };
}

import { argMaxInRows, cast, reshape } from "../../graph/operations.ts";
import { anyRows } from "../../graph/shape.ts";
import type { ActionHead } from "./action-head.ts";

/** One entry per action of a short list; an action is its index. */
export function createDiscreteHead(actions: number): ActionHead {
  return {
    outputs: actions,
    entriesPerAction: 1,
    meanWeights: new Float64Array(actions).fill(1 / actions),
    actionSize: 1,
    greedy: (raw) => {
      const entries = reshape(argMaxInRows(raw), [raw.shape[0] ?? anyRows, 1]);
      return { entries, action: cast(entries, "float32") };
    },
    entriesOf: (action) => {
      const [index] = action;
      const known =
        Number.isInteger(index) && (index as number) >= 0 && (index as number) < actions;
      return known && action.length === 1 ? [index as number] : undefined;
    },
    entriesOfAll: () => Int32Array.from({ length: actions }, (_, index) => index),
  };
}

import type { Value } from "../../graph/graph.ts";
import { flattenRows, matMul, pickInRows, reshape, sub, sum } from "../../graph/operations.ts";

/** The best action of every row, in both forms. */
interface GreedyChoice {
  /** Its entries in the raw advantages, int64 [rows, entriesPerAction]. */
  readonly entries: Value;
  /** The action itself, float32 [rows, actionSize]. */
  readonly action: Value;
}

/**
 * How the generator's raw advantages become advantages of actions: the advantage of an action is the
 * sum of `entriesPerAction` raw ones, minus the mean of that sum over all actions (9).
 */
export interface ActionHead {
  readonly outputs: number;
  readonly entriesPerAction: number;
  /** Weight of every raw advantage in the mean over all actions, [outputs]. */
  readonly meanWeights: Float64Array;
  /** Numbers of an action. */
  readonly actionSize: number;
  /** argmax over all actions, from raw advantages [rows, outputs]. */
  greedy(raw: Value): GreedyChoice;
  /** Entries of an action; undefined when there is no such action. */
  entriesOf(action: Float64Array): readonly number[] | undefined;
  /** Entries of every action, [actions · entriesPerAction]. */
  entriesOfAll(): Int32Array;
}

/**
 * The best action of every row of stacked raw advantages [..., outputs]: its entries [..., k], and the
 * action itself with one row after the other, [rows, actionSize].
 */
export function stackedGreedy(
  head: Pick<ActionHead, "greedy" | "entriesPerAction">,
  raw: Value,
): GreedyChoice {
  const { entries, action } = head.greedy(flattenRows(raw));
  const shape = [...raw.shape.slice(0, -1), head.entriesPerAction];
  return { entries: reshape(entries, shape), action };
}

/** Σ of raw advantages [..., outputs] at entries [..., k] → [..., 1]. */
export function sumOfEntries(raw: Value, entries: Value): Value {
  return sum(pickInRows(raw, entries), [-1]);
}

/** G^A_a, mean-centred (9): raw advantages [..., outputs] at entries [..., k] → [..., 1]. */
export function advantageOf(
  head: Pick<ActionHead, "outputs" | "meanWeights">,
  raw: Value,
  entries: Value,
): Value {
  const weights = raw.graph.constant(head.meanWeights, [head.outputs, 1]);
  return sub(sumOfEntries(raw, entries), matMul(raw, weights));
}

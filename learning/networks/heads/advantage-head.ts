import type { Value } from "../../graph/graph.ts";
import { add, gather, matMul, pickInRows, sub, sum } from "../../graph/operations.ts";

/** An action of every row as the rows of its two compositions, int64 [rows] each. */
export interface PickedComposition {
  readonly bandwidth: Value;
  readonly compute: Value;
}

/**
 * How the generator's raw advantages become advantages of joint actions: the advantage of an action
 * is the sum of `entriesPerAction` raw ones, minus the mean of that sum over all joint actions (9).
 */
export interface AdvantageHead {
  readonly outputs: number;
  readonly entriesPerAction: number;
  /**
   * Entries of a joint action: the sum of its composition's rows in the two tables,
   * [compositions][entriesPerAction].
   */
  readonly bandwidthEntries: readonly (readonly number[])[];
  readonly computeEntries: readonly (readonly number[])[];
  /** Weight of every raw advantage in the mean over all joint actions, [outputs]. */
  readonly meanWeights: Float64Array;
  /** argmax over all joint actions, from raw advantages [rows, outputs]. */
  greedy(raw: Value): PickedComposition;
}

/** An integer table [rows][columns] as a constant. */
function integerTable(of: Value, rows: readonly (readonly number[])[]): Value {
  return of.graph.constant(rows.flat(), [rows.length, rows[0]?.length ?? 0], "int64");
}

/** Entries of picked actions, int64 [rows, entriesPerAction]. */
export function entriesOfPicked(head: AdvantageHead, picked: PickedComposition): Value {
  const { bandwidth, compute } = picked;
  return add(
    gather(integerTable(bandwidth, head.bandwidthEntries), bandwidth, 0),
    gather(integerTable(compute, head.computeEntries), compute, 0),
  );
}

/** G^A_a, mean-centred (9): raw advantages [rows, outputs] at entries [rows, k] → [rows, 1]. */
export function advantageOf(head: AdvantageHead, raw: Value, entries: Value): Value {
  const weights = raw.graph.constant(head.meanWeights, [head.outputs, 1]);
  return sub(sum(pickInRows(raw, entries), [1]), matMul(raw, weights));
}

/** Entries of one action from the indices of its compositions. */
export function entriesOfAction(
  head: AdvantageHead,
  bandwidth: number,
  compute: number,
): readonly number[] | undefined {
  const left = head.bandwidthEntries[bandwidth];
  const right = head.computeEntries[compute];
  return left?.map((entry, i) => entry + (right?.[i] ?? 0));
}

import type { Value } from "../../graph/graph.ts";
import { add, gather } from "../../graph/operations.ts";
import type { ActionHead } from "./action-head.ts";

/** An action of every row as the rows of its two compositions, int64 [rows] each. */
export interface PickedComposition {
  readonly bandwidth: Value;
  readonly compute: Value;
}

/** A head over joint actions: one composition of the bandwidth blocks, one of the compute blocks. */
export interface CompositionHead
  extends Pick<ActionHead, "outputs" | "entriesPerAction" | "meanWeights"> {
  /**
   * Entries of a joint action: the sum of its composition's rows in the two tables,
   * [compositions][entriesPerAction].
   */
  readonly bandwidthEntries: readonly (readonly number[])[];
  readonly computeEntries: readonly (readonly number[])[];
  /** argmax over all joint actions, from raw advantages [rows, outputs]. */
  greedy(raw: Value): PickedComposition;
}

/** An integer table [rows][columns] as a constant. */
function integerTable(of: Value, rows: readonly (readonly number[])[]): Value {
  return of.graph.constant(rows.flat(), [rows.length, rows[0]?.length ?? 0], "int64");
}

/** Entries of picked actions, int64 [rows, entriesPerAction]. */
export function entriesOfPicked(head: CompositionHead, picked: PickedComposition): Value {
  const { bandwidth, compute } = picked;
  return add(
    gather(integerTable(bandwidth, head.bandwidthEntries), bandwidth, 0),
    gather(integerTable(compute, head.computeEntries), compute, 0),
  );
}

/** Entries of one action from the indices of its compositions. */
export function entriesOfAction(
  head: CompositionHead,
  bandwidth: number,
  compute: number,
): readonly number[] | undefined {
  const left = head.bandwidthEntries[bandwidth];
  const right = head.computeEntries[compute];
  return left?.map((entry, i) => entry + (right?.[i] ?? 0));
}

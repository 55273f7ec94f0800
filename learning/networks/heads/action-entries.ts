import type { ActionSpace } from "../../../core/slicing/action-space.ts";
import { type CompositionHead, entriesOfAction } from "./composition-head.ts";

function indexOf(rows: readonly (readonly number[])[]): ReadonlyMap<string, number> {
  return new Map(rows.map((row, index) => [row.join(), index]));
}

/** Looks up the entries of an allocation in a head's raw advantages. */
export class ActionEntries {
  private readonly head: CompositionHead;
  private readonly slices: number;
  private readonly bandwidthIndex: ReadonlyMap<string, number>;
  private readonly computeIndex: ReadonlyMap<string, number>;

  constructor(head: CompositionHead, space: ActionSpace) {
    this.head = head;
    this.slices = space.slices;
    this.bandwidthIndex = indexOf(space.bandwidth);
    this.computeIndex = indexOf(space.compute);
  }

  /** Undefined when the allocation is none of the joint actions. */
  of(allocation: Float64Array): readonly number[] | undefined {
    const bandwidth = this.bandwidthIndex.get(allocation.subarray(0, this.slices).join());
    const compute = this.computeIndex.get(allocation.subarray(this.slices).join());
    if (bandwidth === undefined || compute === undefined) return undefined;
    return entriesOfAction(this.head, bandwidth, compute);
  }
}

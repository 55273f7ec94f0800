import type { SlicingScenario } from "../../../core/slicing/scenario.ts";

/** From a slot on, the chance that a user's task is of each slice. */
export interface Stretch {
  readonly fromSlot: number;
  readonly probabilities: readonly number[];
}

/** The tasks of a run, as they are played under every policy. */
export interface ArrivalsTrace {
  readonly seed: number;
  readonly scenario: SlicingScenario;
  readonly course: readonly Stretch[];
  /** Slice of every task by slot and access point. */
  readonly slots: readonly (readonly Uint8Array[])[];
}

import type { Feedback } from "../observe/observation-source.ts";

/** Why the safe policy decided a slot. */
export type FallbackReason =
  | "missing-observation"
  | "no-model"
  | "late-inference"
  | "inference-failed"
  | "non-finite"
  | "deadlines-missed"
  | "read-back-mismatch";

/** Who decided a slot; nobody where it was only observed. */
export type Decider = "policy" | "exploration" | "safe" | "nobody";

/** How far the loop goes: `observe` decides nothing, `dry-run` decides and puts nothing into force. */
export type ControlMode = "observe" | "dry-run" | "enforce";

/** A confirmed action beside the one commanded for the same slot. */
export interface ReadBackCheck {
  readonly slot: number;
  readonly commanded: Float64Array;
  readonly confirmed: Float64Array;
  readonly matches: boolean;
}

/** What went wrong at one of the loop's verbs, in words. */
export interface Fault {
  readonly verb: "observation" | "inference" | "actuator" | "read-back" | "bridge";
  readonly reason: string;
}

/** Everything one pass of the control loop came to. */
export interface SlotOutcome {
  readonly slot: number;
  /** Slots that passed unseen before this one; the executor held its action through them. */
  readonly skipped: number;
  /** Undefined where the slot went without one. */
  readonly observation: Float64Array | undefined;
  /** Empty where nobody decided. */
  readonly action: Float64Array;
  readonly decider: Decider;
  readonly fallback: FallbackReason | undefined;
  /** The proposal lay outside the envelope and was brought inside. */
  readonly altered: boolean;
  /** In force before the deadline. A slot that is not applied is held. */
  readonly applied: boolean;
  /** The action came into force after the deadline. */
  readonly late: boolean;
  /** From the start of the slot to the action in force. */
  readonly latencyNs: bigint;
  /** Confirmed since the slot before: this slot's action, and earlier ones whose answers came late. */
  readonly readBacks: readonly ReadBackCheck[];
  readonly feedback: readonly Feedback[];
  readonly faults: readonly Fault[];
  /** What changed in who may decide, in words. */
  readonly events: readonly string[];
}

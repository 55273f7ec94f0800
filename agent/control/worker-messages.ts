import type { MessagePort } from "node:worker_threads";
import type { SystemModel } from "../system-model.ts";
import type { ControlTotals } from "./accounting.ts";

/** What the control worker starts with. */
export interface ControlWorkerData<Config> {
  readonly config: Config;
  /** The policy to begin with: a checked file, or a built-in one by name. */
  readonly model: { readonly name: string; readonly bytes?: Uint8Array } | undefined;
  /** Transitions out, policies and exploration in; absent where nothing is learned. */
  readonly training: MessagePort | undefined;
  /** One number, shared: slots that the loop has been through. */
  readonly progress: Int32Array;
}

/** To the control worker, from the main thread or the train worker. */
export type ControlCommand =
  | { readonly type: "policy"; readonly name: string; readonly bytes: Uint8Array }
  | { readonly type: "exploration"; readonly rate: number }
  | { readonly type: "stop" };

/** The latest slot, and what decides. */
interface ControlCurrent {
  readonly slot: number;
  /** As the device confirmed it last; empty before it has, and where nothing is put into force. */
  readonly allocation: readonly number[];
  /** The policy in force, or the safe one while there is none to trust. */
  readonly policy: string;
}

/** Everything the main thread tells the world of the control loop. */
export interface ControlStatus {
  readonly totals: ControlTotals;
  readonly current: ControlCurrent;
  /** Feedback without both of its observations; nothing is learned from it. */
  readonly incompleteTransitions: number;
  /** Messages from a simulator that could not be read or were refused. */
  readonly invalidFrames: number;
}

/** From the control worker to the main thread. */
export type ControlReport =
  /** The first slot is next. */
  | {
      readonly type: "ready";
      readonly model: SystemModel;
      readonly policy: string;
      /** What kept the thread from being scheduled as it should. */
      readonly scheduleFaults: readonly string[];
    }
  | { readonly type: "status"; readonly status: ControlStatus }
  | { readonly type: "policy-installed"; readonly name: string }
  | { readonly type: "policy-refused"; readonly name: string; readonly reason: string }
  /** Recurring faults; at most one a second of each verb, with the number left out. */
  | { readonly type: "fault"; readonly reason: string; readonly suppressed: number }
  /** What a dry run has kept back of a slot's writes; at most one slot a second. */
  | { readonly type: "rehearsed"; readonly writes: readonly string[]; readonly suppressed: number }
  /** The safe policy takes over, or the policy decides again. */
  | { readonly type: "event"; readonly event: string }
  /** The loop has ended and the device is given back. */
  | { readonly type: "ended"; readonly status: ControlStatus };

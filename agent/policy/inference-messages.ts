import type { MessagePort } from "node:worker_threads";
import type { ErrorFacts } from "../../core/errors.ts";

/** To the thread in which policies decide. */
export type InferenceCommand =
  | {
      readonly type: "open";
      readonly policy: number;
      readonly name: string;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: "decide";
      readonly policy: number;
      readonly question: number;
      readonly observation: Float64Array;
    }
  | { readonly type: "release"; readonly policy: number }
  | { readonly type: "stop" };

/** What became of an `open`. */
export type OpeningReport =
  | { readonly type: "opened"; readonly policy: number }
  | { readonly type: "refused"; readonly policy: number; readonly facts: ErrorFacts };

/** What became of a `decide`, by its own port: whoever waits for it is not in its event loop. */
export type InferenceAnswer =
  | { readonly question: number; readonly action: Float64Array }
  | { readonly question: number; readonly failure: string };

export interface InferenceThreadData<Setup> {
  readonly setup: Setup;
  readonly answers: MessagePort;
  /** One number, shared: answers given so far. */
  readonly bell: Int32Array;
}

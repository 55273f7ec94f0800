import type { MessagePort } from "node:worker_threads";
import type { ErrorFacts } from "../../core/errors.ts";

/** To the thread in which policies decide, whose bell is rung after each. */
export type InferenceCommand =
  | {
      readonly type: "open";
      readonly policy: number;
      readonly name: string;
      readonly bytes: Uint8Array;
    }
  | { readonly type: "release"; readonly policy: number }
  | { readonly type: "stop" };

/** What became of an `open`. */
export type OpeningReport =
  | { readonly type: "opened"; readonly policy: number }
  | { readonly type: "refused"; readonly policy: number; readonly facts: ErrorFacts };

/**
 * One question and its answer in memory that both threads see: a message costs each of them some
 * 30 µs, and wakes an event loop.
 */
export interface Exchange {
  /** As {@link exchanged} names them. */
  readonly numbers: Int32Array;
  readonly observation: Float64Array;
  readonly action: Float64Array;
}

/** Indices of an exchange's numbers. */
export const exchanged = {
  /** Counts reasons for the thread to wake up. */
  bell: 0,
  /** 1 when a question is about to come. */
  expected: 1,
  /** The latest question; it is open until `answered` is the same. */
  asked: 2,
  answered: 3,
  /** Which policy is asked. */
  policy: 4,
  observationLength: 5,
  /** Below 0 where the inference failed; its reason was sent before. */
  actionLength: 6,
} as const;

export interface InferenceThreadData<Setup> {
  readonly setup: Setup;
  readonly exchange: Exchange;
  /** {@link InferenceCommand} one way, why an inference failed the other; nobody listens, both look. */
  readonly port: MessagePort;
}

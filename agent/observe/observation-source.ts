import type { Tick } from "../clock/slot-clock.ts";

/** What became of an earlier slot; only a source that can measure it gives it. */
export interface Feedback {
  readonly slot: number;
  /** The action in force during that slot as its executor reports it; undefined: as it was commanded. */
  readonly applied: Float64Array | undefined;
  readonly reward: number;
  /** True when that slot was the last of its episode; the next observation starts another. */
  readonly truncated: boolean;
  /** Measured performance by name (`meanDelayMs`, `satisfaction`, …) of the agent's own action. */
  readonly performance: Readonly<Record<string, number>>;
  /** The same measures on the same slot under reference policies, where a simulator knows them. */
  readonly references: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Reading {
  /** The slot's own; undefined when none came before the tick. */
  readonly observation: Float64Array | undefined;
  /** What became known of earlier slots since the last reading, each once, oldest first. */
  readonly feedback: readonly Feedback[];
}

/** Where observations come from: a simulator bridge, or the box's own counters. */
export interface ObservationSource {
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  read(tick: Tick): Promise<Reading>;
}

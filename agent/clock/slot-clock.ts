/** The start of a slot, as the control loop sees it. */
export interface Tick {
  readonly slot: number;
  /** Start of the slot on the monotonic clock, ns. */
  readonly startedNs: bigint;
  /** The decision must be applied before this instant, ns. */
  readonly deadlineNs: bigint;
  /** Whole slots that passed unseen since the previous tick. */
  readonly skipped: number;
}

/** Paces the control loop. A missed slot is never replayed: the clock moves on and counts it. */
export interface SlotClock {
  /** Resolves at the start of the next slot; undefined once stopped. */
  next(): Promise<Tick | undefined>;
  stop(): void;
}

/** One pass over the recorded arrivals. */
export interface Phase {
  readonly phase: number;
  readonly seed: number;
  readonly slots: number;
  readonly slotMs: number;
  /** Start of the first slot on the machine's monotonic clock, ns, in decimal. */
  readonly firstSlotNs: string;
  /** Tasks are created this long before the start of their slot, ms. */
  readonly leadMs: number;
  readonly addresses: readonly string[];
  readonly basePort: number;
}

/** What the sender did in a phase. */
export interface SentReport {
  readonly type: "sent";
  readonly phase: number;
  readonly tasks: readonly number[];
  /** Slots whose tasks were created over 1 ms late. */
  readonly lateSlots: number;
}

/** Complete tasks of a phase at one receiver, in columns. */
export interface DelayReport {
  readonly type: "delays";
  readonly phase: number;
  readonly slice: readonly number[];
  readonly slot: readonly number[];
  readonly delayMs: readonly number[];
}

export type TrafficReport = { readonly type: "ready" } | SentReport | DelayReport;

export type SenderCommand = { readonly type: "send"; readonly phase: Phase };

export interface ReceiverCommand {
  readonly type: "report";
  readonly phase: number;
}

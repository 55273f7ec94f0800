import type { SlicingScenario } from "../../../core/slicing/scenario.ts";

/** One pass over a trace. */
export interface Play {
  readonly play: number;
  readonly scenario: SlicingScenario;
  /** Digits of the tasks' slices by slot and access point, as in a trace's file. */
  readonly slots: readonly (readonly string[])[];
  /** Start of the first slot on the machine's monotonic clock, ns, in decimal. */
  readonly firstSlotNs: string;
  /** Tasks are created this long before the start of their slot, ms. */
  readonly leadMs: number;
  /** Of the access points. */
  readonly addresses: readonly string[];
  readonly basePort: number;
}

/** What the sender did. */
export interface SentReport {
  readonly type: "sent";
  readonly play: number;
  /** Slots whose tasks were created over 1 ms late. */
  readonly lateSlots: number;
}

/** Tasks whose result came back, in columns. */
export interface TaskTimes {
  readonly type: "times";
  readonly play: number;
  readonly slice: readonly number[];
  readonly slot: readonly number[];
  readonly accessPoint: readonly number[];
  readonly delayMs: readonly number[];
}

export type TrafficReport = { readonly type: "ready" } | SentReport | TaskTimes;

export interface SenderCommand {
  readonly type: "send";
  readonly play: Play;
}

export type ReceiverCommand =
  | {
      readonly type: "begin";
      readonly play: Play;
      /** Where access points hear how long their tasks took; undefined: they do not. */
      readonly delayReportPort: number | undefined;
    }
  | { readonly type: "report"; readonly play: number };

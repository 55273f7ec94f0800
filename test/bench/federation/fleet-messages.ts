import type { Encoding } from "../../../core/weights/encoding.ts";

/** What a worker process is told to be. */
export interface FleetPart {
  readonly brokerUrl: string;
  /** Number of its first agent. */
  readonly first: number;
  readonly agents: number;
  /** Models until the end; the first is made without a base and is not measured. */
  readonly models: number;
  readonly encoding: Encoding;
  readonly seed: number;
}

/** Payload bytes. */
export interface Traffic {
  sent: number;
  received: number;
}

/** What a worker's agents measured. */
export interface FleetReport {
  readonly type: "report";
  /** Of every agent and measured round: from hearing that it is open to having its model, ms. */
  readonly roundMs: readonly number[];
  /** Up to every agent's first model. */
  readonly firstTraffic: Readonly<Traffic>;
  /** From every agent's first model to its last. */
  readonly traffic: Readonly<Traffic>;
  /** Since the start. */
  readonly reconnects: number;
  /** The longest that the process heard nothing, from its first model on, ms. */
  readonly longestStallMs: number;
}

export type FromFleet =
  /** All of its agents have this model. */
  { readonly type: "model"; readonly version: number } | FleetReport;

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

/** What a worker's agents measured after the first model. */
export interface FleetReport {
  readonly type: "report";
  /** Of every agent and round: from hearing that it is open to having its model, ms. */
  readonly roundMs: readonly number[];
  /** Payload bytes. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly reconnects: number;
}

export type FromFleet =
  /** All of its agents have this model. */
  { readonly type: "model"; readonly version: number } | FleetReport;

import type { CloudState } from "../../core/messages/cloud-state.ts";
import type { Refusal } from "../../core/messages/federation-answer.ts";

/** What an aggregator did since its start. */
export interface AggregatorSummary {
  /** Rounds closed. */
  readonly rounds: number;
  /** Secure rounds that too few agents lasted to the end of. */
  readonly abandoned: number;
  readonly globalVersion: number;
  readonly extensions: number;
  readonly updatesAccepted: number;
  readonly updatesRefused: Readonly<Record<string, number>>;
  /** Agent states that were malformed. */
  readonly statesRefused: number;
  /** Payload bytes. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

type TalliedKey =
  | "roundsClosed"
  | "roundsAbandoned"
  | "extensions"
  | "updatesAccepted"
  | "updatesRefused";

/** Counts of an aggregator. */
export class Tally {
  rounds = 0;
  abandoned = 0;
  extensions = 0;
  updatesAccepted = 0;
  statesRefused = 0;
  readonly updatesRefused: Record<string, number> = {};

  /** For everyone to hear. */
  get told(): Pick<CloudState, TalliedKey> {
    const { rounds, abandoned, extensions, updatesAccepted, updatesRefused } = this;
    const updates = { updatesAccepted, updatesRefused: { ...updatesRefused } };
    return { roundsClosed: rounds, roundsAbandoned: abandoned, extensions, ...updates };
  }

  summary(
    globalVersion: number,
    { bytesReceived, bytesSent }: Pick<AggregatorSummary, "bytesReceived" | "bytesSent">,
  ): AggregatorSummary {
    const { rounds, abandoned, extensions, updatesAccepted, updatesRefused, statesRefused } = this;
    const updates = { updatesAccepted, updatesRefused, statesRefused };
    const counts = { rounds, abandoned, extensions, ...updates };
    return { ...counts, globalVersion, bytesReceived, bytesSent };
  }

  refused(reason: Refusal): void {
    this.updatesRefused[reason] = (this.updatesRefused[reason] ?? 0) + 1;
  }
}

import type { Refusal } from "../../core/messages/federation-answer.ts";

/** What an aggregator did since its start. */
export interface AggregatorSummary {
  /** Rounds closed. */
  readonly rounds: number;
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

/** Counts of an aggregator. */
export class Tally {
  rounds = 0;
  extensions = 0;
  updatesAccepted = 0;
  statesRefused = 0;
  readonly updatesRefused: Record<string, number> = {};

  summary(
    globalVersion: number,
    { bytesReceived, bytesSent }: Pick<AggregatorSummary, "bytesReceived" | "bytesSent">,
  ): AggregatorSummary {
    const { rounds, extensions, updatesAccepted, updatesRefused, statesRefused } = this;
    const counts = { rounds, extensions, updatesAccepted, updatesRefused, statesRefused };
    return { ...counts, globalVersion, bytesReceived, bytesSent };
  }

  refused(reason: Refusal): void {
    this.updatesRefused[reason] = (this.updatesRefused[reason] ?? 0) + 1;
  }
}

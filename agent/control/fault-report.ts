import type { Fault } from "./slot-outcome.ts";

interface Recurrence {
  readonly sentMs: number;
  suppressed: number;
}

/** Passes the recurring faults of each verb on at most once a period and says how many were left out. */
export class FaultReport {
  private readonly send: (reason: string, suppressed: number) => void;
  private readonly periodMs: number;
  private readonly recurrences = new Map<Fault["verb"], Recurrence>();

  constructor(send: (reason: string, suppressed: number) => void, periodMs = 1000) {
    this.send = send;
    this.periodMs = periodMs;
  }

  /** `nowMs` is on any monotonic clock. */
  add({ verb, reason }: Fault, nowMs: number): void {
    const last = this.recurrences.get(verb);
    if (last !== undefined && nowMs - last.sentMs < this.periodMs) {
      last.suppressed++;
      return;
    }
    this.send(`${verb}: ${reason}`, last?.suppressed ?? 0);
    this.recurrences.set(verb, { sentMs: nowMs, suppressed: 0 });
  }
}

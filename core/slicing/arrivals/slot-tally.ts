import type { Outcome } from "../outcome.ts";

/** Tasks of one slot, or of many. */
export interface TaskCounts {
  readonly arrived: number;
  readonly completed: number;
  /** Completed within their slice's limit. */
  readonly inTime: number;
  /** Dropped because their queue was full. */
  readonly refused: number;
  /** Dropped because they had waited for as long as the delay cap. */
  readonly expired: number;
  /** Sum of the sojourn times of all that left; the cap for those dropped, ms. */
  readonly sojournMs: number;
}

/**
 * What a slot brings an access point whose tasks queue. Its outcome is over the tasks present in the
 * slot: L is the mean of their sojourn times at their end or, for those that go on waiting, so far;
 * φ is the share that ended in time.
 */
export class SlotTally {
  private readonly delayCapMs: number;
  private readonly counts = {
    arrived: 0,
    completed: 0,
    inTime: 0,
    refused: 0,
    expired: 0,
    sojournMs: 0,
  };
  private present = 0;
  private delayMs = 0;

  constructor(delayCapMs: number) {
    this.delayCapMs = delayCapMs;
  }

  arrive(tasks: number): void {
    this.counts.arrived += tasks;
  }

  complete(sojournMs: number, limitMs: number): void {
    const cappedMs = this.addPresent(sojournMs);
    this.counts.completed++;
    this.counts.inTime += cappedMs <= limitMs ? 1 : 0;
    this.counts.sojournMs += cappedMs;
  }

  refuse(tasks: number): void {
    this.counts.refused += tasks;
    this.counts.sojournMs += tasks * this.delayCapMs;
    for (let k = 0; k < tasks; k++) this.addPresent(this.delayCapMs);
  }

  /** Tasks that waited through the slot; those as old as the cap are dropped after it. */
  wait(agesMs: readonly number[]): void {
    for (const ageMs of agesMs) this.addPresent(ageMs);
  }

  expire(tasks: number): void {
    this.counts.expired += tasks;
    this.counts.sojournMs += tasks * this.delayCapMs;
  }

  outcome(): Outcome | undefined {
    const { present } = this;
    if (present === 0) return undefined;
    return {
      meanDelayMs: this.delayMs / present,
      satisfaction: this.counts.inTime / present,
      tasks: { ...this.counts },
    };
  }

  private addPresent(delayMs: number): number {
    const cappedMs = Math.min(delayMs, this.delayCapMs);
    this.present++;
    this.delayMs += cappedMs;
    return cappedMs;
  }
}

/** Shows what a dry run keeps back: all writes of one slot, at most once a period. */
export class RehearsedWrites {
  private readonly send: (writes: readonly string[], suppressed: number) => void;
  private readonly periodMs: number;
  private writes: string[] = [];
  private sentMs = Number.NEGATIVE_INFINITY;
  private suppressed = 0;

  /** @param send also takes how many slots with writes were left out since the last one */
  constructor(send: (writes: readonly string[], suppressed: number) => void, periodMs = 1000) {
    this.send = send;
    this.periodMs = periodMs;
  }

  add(write: string): void {
    this.writes.push(write);
  }

  /** `nowMs` is on any monotonic clock. */
  slotEnded(nowMs: number): void {
    const { writes } = this;
    if (writes.length === 0) return;
    this.writes = [];
    if (nowMs - this.sentMs < this.periodMs) {
      this.suppressed++;
      return;
    }
    this.send(writes, this.suppressed);
    this.sentMs = nowMs;
    this.suppressed = 0;
  }
}

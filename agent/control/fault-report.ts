/** Passes a recurring fault on at most once a period and says how many were left out. */
export class FaultReport {
  private readonly send: (reason: string, suppressed: number) => void;
  private readonly periodMs: number;
  private lastMs = Number.NEGATIVE_INFINITY;
  private suppressed = 0;

  constructor(send: (reason: string, suppressed: number) => void, periodMs = 1000) {
    this.send = send;
    this.periodMs = periodMs;
  }

  /** `nowMs` is on any monotonic clock. */
  add(reason: string, nowMs: number): void {
    if (nowMs - this.lastMs < this.periodMs) {
      this.suppressed++;
      return;
    }
    this.send(reason, this.suppressed);
    this.lastMs = nowMs;
    this.suppressed = 0;
  }
}

const refreshMs = 200;

/** A line of progress with the time left, on standard error and only for a person at a terminal. */
export class Progress {
  private readonly label: string;
  private readonly total: number;
  private readonly startedMs = performance.now();
  private shownMs = Number.NEGATIVE_INFINITY;

  constructor(label: string, total: number) {
    this.label = label;
    this.total = total;
  }

  update(done: number): void {
    const nowMs = performance.now();
    if (!process.stderr.isTTY || nowMs - this.shownMs < refreshMs) return;
    this.shownMs = nowMs;
    const leftS = ((nowMs - this.startedMs) * (this.total - done)) / Math.max(done, 1) / 1e3;
    const percent = ((100 * done) / this.total).toFixed(0);
    process.stderr.write(`\r\u001b[K${this.label} ${percent} %, ${leftS.toFixed(0)} s left`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  }
}

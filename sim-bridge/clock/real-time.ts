import type { SlotPacer } from "./slot-pacer.ts";

const nsPerMs = 1e6;
/** A Node timer fires up to this late; the rest of the wait polls, so that sockets are served. */
const timerLatenessMs = 1.2;

/**
 * Slot k starts at epoch + k·period on a monotonic clock: lateness never adds up. A process that was
 * held up for whole slots skips and counts them.
 */
export class RealTimePacer implements SlotPacer {
  private readonly slotPeriodNs: number;
  private readonly nowNs: () => bigint;
  private epochNs = 0n;
  private slot = 0;

  constructor(slotPeriodMs: number, nowNs: () => bigint = process.hrtime.bigint) {
    this.slotPeriodNs = slotPeriodMs * nsPerMs;
    this.nowNs = nowNs;
  }

  start(): void {
    this.epochNs = this.nowNs();
    this.slot = 0;
  }

  async slotEnd(signal: AbortSignal): Promise<number | undefined> {
    const ended = this.slot;
    await this.until((ended + 1) * this.slotPeriodNs, signal);
    if (signal.aborted) return undefined;
    this.slot = Math.max(ended + 1, Math.floor(this.elapsedNs() / this.slotPeriodNs));
    return this.slot - ended - 1;
  }

  changed(): void {}

  private elapsedNs(): number {
    return Number(this.nowNs() - this.epochNs);
  }

  private until(offsetNs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wait = () => {
        const leftMs = (offsetNs - this.elapsedNs()) / nsPerMs;
        if (leftMs <= 0 || signal.aborted) {
          signal.removeEventListener("abort", cut);
          resolve();
        } else if (leftMs > timerLatenessMs) {
          timer = setTimeout(wait, Math.floor(leftMs - timerLatenessMs));
        } else {
          setImmediate(wait);
        }
      };
      let timer: NodeJS.Timeout | undefined;
      const cut = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener("abort", cut, { once: true });
      wait();
    });
  }
}

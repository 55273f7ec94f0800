import type { SlotPacer } from "./slot-pacer.ts";

const nsPerMs = 1e6;
/**
 * A Node timer fires up to this late; the rest of the wait polls. A poll always comes last, so that
 * steps that arrived while the process was held up are read before their slot ends.
 */
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
      let timer: NodeJS.Timeout | undefined;
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const poll = () => {
        if (signal.aborted || this.leftMs(offsetNs) <= 0) end();
        else wait();
      };
      const wait = () => {
        const leftMs = this.leftMs(offsetNs) - timerLatenessMs;
        if (leftMs > 0) timer = setTimeout(wait, Math.floor(leftMs));
        else setImmediate(poll);
      };
      signal.addEventListener("abort", end, { once: true });
      wait();
    });
  }

  private leftMs(offsetNs: number): number {
    return (offsetNs - this.elapsedNs()) / nsPerMs;
  }
}

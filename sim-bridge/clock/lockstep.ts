import type { SlotPacer } from "./slot-pacer.ts";

/** Who a lockstep slot waits for. */
export interface Attendance {
  /** Agents connected now. */
  present(): number;
  /** True when the slot waits for none of them any more. */
  settled(): boolean;
}

/**
 * A slot ends when every agent present has stepped, at the latest a timeout after it began or the
 * first agent came. With nobody present time stands still.
 */
export class LockstepPacer implements SlotPacer {
  private readonly attendance: Attendance;
  private readonly timeoutMs: number;
  private timer: NodeJS.Timeout | undefined;
  private end: ((skipped: number | undefined) => void) | undefined;

  constructor(attendance: Attendance, timeoutMs: number) {
    this.attendance = attendance;
    this.timeoutMs = timeoutMs;
  }

  start(): void {}

  slotEnd(signal: AbortSignal): Promise<number | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const cut = () => this.end?.(undefined);
      signal.addEventListener("abort", cut, { once: true });
      this.end = (skipped) => {
        signal.removeEventListener("abort", cut);
        this.clearTimer();
        this.end = undefined;
        resolve(skipped);
      };
      this.changed();
    });
  }

  changed(): void {
    if (this.end === undefined) return;
    if (this.attendance.present() === 0) {
      this.clearTimer();
    } else if (this.attendance.settled()) {
      this.end(0);
    } else {
      this.timer ??= setTimeout(() => this.end?.(0), this.timeoutMs);
    }
  }

  private clearTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

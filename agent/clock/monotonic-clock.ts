import { setImmediate as eventLoopTurn } from "node:timers/promises";
import type { SlotClock, Tick } from "./slot-clock.ts";

/** Time and waiting as the clock needs them; a test passes its own. */
export interface MonotonicTime {
  nowNs(): bigint;
  /** Blocks the thread for at least this long. */
  sleepMs(durationMs: number): void;
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

const systemTime: MonotonicTime = {
  nowNs: () => process.hrtime.bigint(),
  sleepMs: (durationMs) => {
    Atomics.wait(sleepCell, 0, 0, durationMs);
  },
};

/** The last stretch before a slot is spun through: a sleep may end this late. */
const spinNs = 200_000n;

/**
 * Slots of a fixed period on an absolute monotonic grid, the whole multiples of the period, so that
 * every process of a machine that counts slots counts the same ones. The thread sleeps until 0.2 ms before a
 * slot and spins through the rest; only a thread that owns nothing but the control loop may use it.
 *
 * The event loop gets one turn per slot, so sockets and messages of the thread are served. A slot
 * that has passed whole is skipped and counted, never replayed.
 */
export class MonotonicClock implements SlotClock {
  private readonly periodNs: bigint;
  private readonly time: MonotonicTime;
  private originNs: bigint | undefined;
  private slot = 0;
  private stopped = false;

  constructor(periodMs: number, time: MonotonicTime = systemTime) {
    this.periodNs = BigInt(Math.round(periodMs * 1e6));
    this.time = time;
  }

  async next(): Promise<Tick | undefined> {
    await eventLoopTurn();
    if (this.stopped) return undefined;
    const nowNs = this.time.nowNs();
    this.originNs ??= (nowNs / this.periodNs + 1n) * this.periodNs;
    const current = Number((nowNs - this.originNs) / this.periodNs);
    const skipped = Math.max(0, current - this.slot);
    const slot = this.slot + skipped;
    const startedNs = this.originNs + BigInt(slot) * this.periodNs;
    this.waitUntil(startedNs);
    this.slot = slot + 1;
    return { slot, startedNs, deadlineNs: startedNs + this.periodNs, skipped };
  }

  stop(): void {
    this.stopped = true;
  }

  private waitUntil(instantNs: bigint): void {
    const sleepNs = instantNs - this.time.nowNs() - spinNs;
    if (sleepNs > 0n) this.time.sleepMs(Number(sleepNs) / 1e6);
    while (this.time.nowNs() < instantNs);
  }
}

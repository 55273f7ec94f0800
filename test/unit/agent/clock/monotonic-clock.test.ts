import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MonotonicClock, type MonotonicTime } from "../../../../agent/clock/monotonic-clock.ts";
import type { Tick } from "../../../../agent/clock/slot-clock.ts";

/** Time that moves only when someone sleeps, works, or looks at it (0.05 ms a look). */
class ManualTime implements MonotonicTime {
  ns = 5_000_000n;
  sleptMs = 0;

  nowNs(): bigint {
    this.ns += 50_000n;
    return this.ns;
  }

  sleepMs(durationMs: number): void {
    this.sleptMs += durationMs;
    this.ns += BigInt(Math.round(durationMs * 1e6));
  }

  work(durationMs: number): void {
    this.ns += BigInt(Math.round(durationMs * 1e6));
  }
}

async function tick(clock: MonotonicClock): Promise<Tick> {
  const next = await clock.next();
  if (next === undefined) throw new Error("the clock has stopped");
  return next;
}

describe("the monotonic clock", () => {
  it("starts every slot on the grid of its period and never before", async () => {
    const time = new ManualTime();
    const clock = new MonotonicClock(10, time);
    const first = await tick(clock);
    for (let slot = 1; slot <= 5; slot++) {
      const next = await tick(clock);
      expect(next.slot).toBe(slot);
      expect(next.startedNs - first.startedNs).toBe(BigInt(slot) * 10_000_000n);
      expect(next.deadlineNs - next.startedNs).toBe(10_000_000n);
      expect(time.ns).toBeGreaterThanOrEqual(next.startedNs);
      expect(next.skipped).toBe(0);
    }
    expect(time.sleptMs).toBeGreaterThan(5 * 9.5);
  });

  it("skips the slots that passed whole during a stall and counts them", async () => {
    const time = new ManualTime();
    const clock = new MonotonicClock(10, time);
    await tick(clock);
    time.work(37);
    const afterStall = await tick(clock);
    expect(afterStall).toMatchObject({ slot: 3, skipped: 2 });
    expect(await tick(clock)).toMatchObject({ slot: 4, skipped: 0 });
  });

  it("accounts for every slot that has passed, whatever the work takes", async () => {
    const works = fc.array(fc.double({ min: 0, max: 45, noNaN: true }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(works, async (durationsMs) => {
        const time = new ManualTime();
        const clock = new MonotonicClock(10, time);
        let expected = 0;
        for (const durationMs of durationsMs) {
          const { slot, skipped, deadlineNs } = await tick(clock);
          expect(slot).toBe(expected + skipped);
          expect(deadlineNs).toBeGreaterThan(time.ns - 100_000n);
          expected = slot + 1;
          time.work(durationMs);
        }
      }),
    );
  });

  it("lets the event loop turn once per slot", async () => {
    const clock = new MonotonicClock(1);
    let served = 0;
    setImmediate(() => {
      served++;
    });
    await tick(clock);
    await tick(clock);
    expect(served).toBe(1);
  });

  it("ends once it is stopped", async () => {
    const clock = new MonotonicClock(10, new ManualTime());
    await tick(clock);
    clock.stop();
    expect(await clock.next()).toBeUndefined();
  });
});

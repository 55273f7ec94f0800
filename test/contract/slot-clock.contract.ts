import { describe, expect, it, onTestFinished } from "vitest";
import type { SlotClock, Tick } from "../../agent/clock/slot-clock.ts";

/** What every clock does. */
export function slotClockContract(name: string, create: () => SlotClock): void {
  function started(): SlotClock {
    const clock = create();
    onTestFinished(() => clock.stop());
    return clock;
  }

  async function ticks(clock: SlotClock, count: number): Promise<Tick[]> {
    const taken: Tick[] = [];
    while (taken.length < count) {
      const tick = await clock.next();
      if (tick === undefined) throw new Error("the clock ended");
      taken.push(tick);
    }
    return taken;
  }

  describe(`${name}, as a slot clock`, () => {
    it("gives every slot once, and says how many passed unseen in between", async () => {
      const taken = await ticks(started(), 6);
      for (const [i, tick] of taken.slice(1).entries()) {
        expect(tick.slot).toBe((taken[i]?.slot ?? 0) + 1 + tick.skipped);
        expect(tick.skipped).toBeGreaterThanOrEqual(0);
      }
    });

    it("gives each slot a deadline after its start, and starts that grow", async () => {
      const taken = await ticks(started(), 4);
      for (const [i, tick] of taken.entries()) {
        expect(tick.deadlineNs).toBeGreaterThan(tick.startedNs);
        if (i > 0) expect(tick.startedNs).toBeGreaterThan(taken[i - 1]?.startedNs ?? 0n);
      }
    });

    it("lets go of whoever waits when it is stopped, and gives no more ticks", async () => {
      const clock = started();
      await ticks(clock, 2);
      const waiting = clock.next();
      clock.stop();
      await waiting;
      expect(await clock.next()).toBeUndefined();
    });
  });
}

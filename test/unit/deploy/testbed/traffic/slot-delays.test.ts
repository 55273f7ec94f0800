import { describe, expect, it } from "vitest";
import type { DelayReport } from "../../../../../core/messages/delay-report.ts";
import { paperScenario } from "../../../../../core/slicing/scenario.ts";
import { SlotDelays } from "../../../../../deploy/testbed/traffic/slot-delays.ts";
import { somePacket } from "./task-packet.ts";

const firstSlotNs = 1_000_000_000n;

function collected() {
  const reports: DelayReport[] = [];
  const delays = new SlotDelays(paperScenario, firstSlotNs, (report) => reports.push(report));
  const task = (slot: number, slice: number) => ({ ...somePacket, slot, slice, tasksInSlot: 2 });
  return { reports, delays, task };
}

describe("the delays of a slot", () => {
  it("are reported when all its tasks are done, with the slot's time", () => {
    const { reports, delays, task } = collected();
    delays.done(task(0, 0), 4);
    expect(reports).toEqual([]);
    delays.done(task(0, 1), 10);
    expect(reports).toEqual([
      { version: 1, slotStartedNs: "1000000000", tasks: 2, meanDelayMs: 7, satisfaction: 0.5 },
    ]);
  });

  it("count a task in every slot in which it is still there, with the time left from there", () => {
    const { reports, delays, task } = collected();
    delays.done(task(0, 0), 4);
    delays.done(task(1, 0), 2);
    delays.done(task(1, 0), 3);
    expect(reports).toEqual([]);
    delays.done(task(0, 1), 27);
    delays.done(task(2, 0), 1);
    delays.done(task(2, 0), 1);
    expect(reports).toMatchObject([
      { slotStartedNs: "1000000000", tasks: 2, meanDelayMs: (4 + 27) / 2, satisfaction: 1 / 2 },
      { slotStartedNs: "1010000000", tasks: 3, meanDelayMs: (2 + 3 + 17) / 3 },
      { slotStartedNs: "1020000000", tasks: 3, meanDelayMs: (1 + 1 + 7) / 3, satisfaction: 1 },
    ]);
    expect(reports[1]?.satisfaction).toBeCloseTo(2 / 3, 12);
  });

  it("count what does not come as the cap, once it can only come later than that", () => {
    const { reports, delays, task } = collected();
    delays.done(task(0, 0), 4);
    delays.expire(firstSlotNs + 50_000_000n);
    expect(reports).toEqual([]);
    delays.expire(firstSlotNs + 61_000_000n);
    expect(reports).toMatchObject([{ tasks: 2, meanDelayMs: 27, satisfaction: 0.5 }]);
    delays.done(task(0, 1), 70);
    delays.done(task(0, 1), 30);
    delays.done(task(1, 0), 4);
    delays.done(task(1, 0), 4);
    expect(reports).toHaveLength(2);
    expect(reports[1]).toMatchObject({ tasks: 3, meanDelayMs: (4 + 4 + 40) / 3 });
  });

  it("do not wait for a slot without tasks longer than for one whose tasks are lost", () => {
    const { reports, delays, task } = collected();
    delays.done(task(1, 0), 4);
    delays.done(task(1, 0), 6);
    expect(reports).toEqual([]);
    delays.expire(firstSlotNs + 61_000_000n);
    delays.done(task(2, 0), 4);
    delays.done(task(2, 0), 4);
    expect(reports.map(({ slotStartedNs }) => slotStartedNs)).toEqual(["1010000000", "1020000000"]);
  });
});

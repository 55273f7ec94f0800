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
    delays.done(task(3, 0), 4);
    expect(reports).toEqual([]);
    delays.done(task(3, 1), 10);
    expect(reports).toEqual([
      { version: 1, slotStartedNs: "1030000000", tasks: 2, meanDelayMs: 7, satisfaction: 0.5 },
    ]);
  });

  it("count what does not come as the cap, once it can only come later than that", () => {
    const { reports, delays, task } = collected();
    delays.done(task(0, 0), 4);
    delays.expire(firstSlotNs + 50_000_000n);
    expect(reports).toEqual([]);
    delays.expire(firstSlotNs + 61_000_000n);
    expect(reports).toMatchObject([{ tasks: 2, meanDelayMs: 27, satisfaction: 0.5 }]);
    delays.done(task(0, 1), 70);
    expect(reports).toHaveLength(1);
  });
});

import { describe, expect, it } from "vitest";
import { TaskCollector } from "../../../../deploy/testbed/traffic/task-collector.ts";
import { encodeHeader, type TaskPacket } from "../../../../deploy/testbed/traffic/task-message.ts";

function packet(over: Partial<TaskPacket>): Buffer {
  const defaults = { phase: 0, task: 1, slot: 5, slice: 1, packets: 2, createdNs: 1_000_000n };
  return encodeHeader({ ...defaults, ...over });
}

describe("the collector of tasks", () => {
  it("counts a task from its creation to its last packet", () => {
    const collector = new TaskCollector();
    collector.take(packet({}), 3_000_000n);
    expect(collector.report(0).delayMs).toEqual([]);
    collector.take(packet({}), 4_500_000n);
    expect(collector.report(0)).toEqual({
      type: "delays",
      phase: 0,
      slice: [1],
      slot: [5],
      delayMs: [3.5],
    });
  });

  it("does not count a task of which a packet is lost", () => {
    const collector = new TaskCollector();
    collector.take(packet({ task: 1 }), 3_000_000n);
    collector.take(packet({ task: 2, packets: 1 }), 3_000_000n);
    expect(collector.report(0).slot).toHaveLength(1);
  });

  it("starts over with a later phase and passes late packets of the earlier one over", () => {
    const collector = new TaskCollector();
    collector.take(packet({ packets: 1 }), 2_000_000n);
    collector.take(packet({ phase: 1, packets: 1, slot: 9 }), 2_000_000n);
    collector.take(packet({ packets: 1 }), 2_000_000n);
    expect(collector.report(1).slot).toEqual([9]);
    expect(collector.report(0).slot).toEqual([]);
  });

  it("passes strange datagrams over", () => {
    const collector = new TaskCollector();
    collector.take(Buffer.from("hello"), 1n);
    expect(collector.report(-1).slot).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { TaskCollector } from "../../../../../deploy/testbed/traffic/task-collector.ts";
import { encodeHeader } from "../../../../../deploy/testbed/traffic/task-message.ts";
import { somePacket } from "./task-packet.ts";

function datagram(over: Partial<typeof somePacket> = {}): Buffer {
  return Buffer.concat([encodeHeader({ ...somePacket, packets: 2, ...over }), Buffer.alloc(100)]);
}

describe("the collector of tasks", () => {
  it("names a task with its last packet", () => {
    const collector = new TaskCollector();
    expect(collector.take(datagram())).toBeUndefined();
    expect(collector.take(datagram())).toEqual({ ...somePacket, packets: 2 });
  });

  it("keeps tasks apart that come in between each other", () => {
    const collector = new TaskCollector();
    for (const task of [1, 2]) expect(collector.take(datagram({ task }))).toBeUndefined();
    for (const task of [2, 1]) expect(collector.take(datagram({ task }))?.task).toBe(task);
  });

  it("passes over what is late from an earlier play, and what is no packet", () => {
    const collector = new TaskCollector();
    expect(collector.take(datagram({ play: 4 }))).toBeUndefined();
    expect(collector.take(datagram({ play: 3, packets: 1 }))).toBeUndefined();
    expect(collector.take(Buffer.from("hello"))).toBeUndefined();
    expect(collector.take(datagram({ play: 4 }))?.play).toBe(4);
  });
});

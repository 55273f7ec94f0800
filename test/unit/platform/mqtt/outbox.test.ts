import { describe, expect, it } from "vitest";
import { Outbox, type OutgoingMessage } from "../../../../platform/mqtt/outbox.ts";

const message = (topic: string, text: string): OutgoingMessage => ({
  topic,
  payload: new TextEncoder().encode(text),
  qos: 1,
  retain: false,
});

function drain(outbox: Outbox): string[] {
  const texts: string[] = [];
  for (let next = outbox.take(); next !== undefined; next = outbox.take()) {
    texts.push(new TextDecoder().decode(next.payload));
    outbox.delivered();
  }
  return texts;
}

describe("the outbox", () => {
  it("has one message in flight at a time", () => {
    const outbox = new Outbox(3);
    outbox.add(message("t", "1"), "stream");
    outbox.add(message("t", "2"), "stream");
    expect(outbox.take()).toBeDefined();
    expect(outbox.take()).toBeUndefined();
    expect(outbox.empty).toBe(false);
    outbox.delivered();
    expect(drain(outbox)).toEqual(["2"]);
    expect(outbox.empty).toBe(true);
  });

  it("drops the oldest of a stream when full, and counts", () => {
    const outbox = new Outbox(3);
    for (const text of ["1", "2", "3", "4", "5"]) outbox.add(message("t", text), "stream");
    expect(outbox.dropped).toBe(2);
    expect(drain(outbox)).toEqual(["3", "4", "5"]);
  });

  it("keeps the newest of a topic for the others, before any stream", () => {
    const outbox = new Outbox(3);
    outbox.add(message("telemetry", "t"), "stream");
    outbox.add(message("update", "1"), "latest");
    outbox.add(message("update", "2"), "latest");
    outbox.add(message("state", "s"), "standing");
    expect(drain(outbox)).toEqual(["2", "s", "t"]);
  });

  it("says what is standing again with every connection", () => {
    const outbox = new Outbox(3);
    outbox.add(message("state", "1"), "standing");
    outbox.add(message("update", "u"), "latest");
    outbox.reconnected();
    expect(drain(outbox)).toEqual(["1", "u"]);
    outbox.reconnected();
    expect(drain(outbox)).toEqual(["1"]);
  });

  it("tries a lost update again unless there is a newer one, and gives up after three", () => {
    const outbox = new Outbox(3);
    outbox.add(message("update", "1"), "latest");
    outbox.take();
    outbox.failed();
    expect(outbox.empty).toBe(false);
    outbox.take();
    outbox.add(message("update", "2"), "latest");
    outbox.failed();
    for (const _ of [1, 2, 3]) {
      expect(new TextDecoder().decode(outbox.take()?.payload)).toBe("2");
      outbox.failed();
    }
    expect(outbox.take()).toBeUndefined();
    expect(outbox.dropped).toBe(1);
  });

  it("drops a stream message that was in flight when the connection was lost", () => {
    const outbox = new Outbox(3);
    outbox.add(message("t", "1"), "stream");
    outbox.add(message("t", "2"), "stream");
    outbox.take();
    outbox.failed();
    expect(drain(outbox)).toEqual(["2"]);
    expect(outbox.dropped).toBe(1);
  });
});

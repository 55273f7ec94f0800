import { describe, expect, it } from "vitest";
import { paperScenario } from "../../../../../core/slicing/scenario.ts";
import {
  decodeHeader,
  encodeHeader,
  headerBytes,
  messageBytes,
  packetBytes,
} from "../../../../../deploy/testbed/traffic/task-message.ts";
import { somePacket } from "./task-packet.ts";

describe("a task's messages", () => {
  it("have the model's bytes up and down, in packets that fit a frame", () => {
    const { up, down } = messageBytes(paperScenario);
    expect(up).toEqual([300, 1500, 3750]);
    expect(down).toEqual([75, 375, 938]);
    expect(up.map((size) => packetBytes(size).length)).toEqual([1, 2, 3]);
    for (const size of [...up, ...down]) {
      const sizes = packetBytes(size);
      expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(size);
      for (const bytes of sizes) {
        expect(bytes).toBeGreaterThanOrEqual(headerBytes);
        expect(bytes).toBeLessThanOrEqual(1400);
      }
    }
  });

  it("name their task", () => {
    expect(decodeHeader(encodeHeader(somePacket))).toEqual(somePacket);
  });

  it("are told from anything else", () => {
    expect(decodeHeader(Buffer.alloc(headerBytes))).toBeUndefined();
    expect(decodeHeader(encodeHeader(somePacket).subarray(1))).toBeUndefined();
  });
});

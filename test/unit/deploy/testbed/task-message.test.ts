import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paperScenario } from "../../../../core/slicing/scenario.ts";
import {
  decodeHeader,
  encodeHeader,
  messageBytes,
  packetBytes,
} from "../../../../deploy/testbed/traffic/task-message.ts";

describe("a task's message", () => {
  it("has the spec's size x (1 + β), to the byte, in packets that are not fragmented", () => {
    const sizes = messageBytes(paperScenario);
    expect(sizes).toEqual([375, 1875, 4688]);
    for (const size of sizes) {
      const packets = packetBytes(size);
      expect(packets.reduce((sum, bytes) => sum + bytes, 0)).toBe(size);
      expect(Math.max(...packets)).toBeLessThanOrEqual(1400);
    }
    expect(sizes.map((size) => packetBytes(size).length)).toEqual([1, 2, 4]);
  });

  it("says again what was written into its header", () => {
    const word = fc.nat(0xffffffff);
    const short = fc.nat(0xffff);
    fc.assert(
      fc.property(word, word, word, short, short, fc.bigInt(0n, 2n ** 63n), (...values) => {
        const [phase, task, slot, slice, packets, createdNs] = values;
        const packet = { phase, task, slot, slice, packets, createdNs };
        expect(decodeHeader(encodeHeader(packet))).toEqual(packet);
      }),
    );
  });

  it("is not seen in other datagrams", () => {
    expect(decodeHeader(Buffer.alloc(0))).toBeUndefined();
    expect(decodeHeader(Buffer.alloc(1400, 7))).toBeUndefined();
    const packet = { phase: 0, task: 1, slot: 2, slice: 0, packets: 1, createdNs: 3n };
    expect(decodeHeader(encodeHeader(packet).subarray(0, 31))).toBeUndefined();
  });
});

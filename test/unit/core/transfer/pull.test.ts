import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Content } from "../../../../core/messages/content.ts";
import { blockOf } from "../../../../core/transfer/content-assembly.ts";
import { Pull } from "../../../../core/transfer/pull.ts";

const rules = { windowBlocks: 3, patienceMs: 100 };
const content = (bytes: number): Content => ({
  encoding: "float32",
  sha256: "0".repeat(64),
  bytes,
  blockBytes: 1024,
});
const source = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
const block = (index: number) => blockOf(source, 1024, index);

describe("a pull", () => {
  it("asks for a window, and for the next once that has come", () => {
    const pull = new Pull(content(5000), rules);
    expect(pull.request(0)).toEqual([0, 1, 2]);
    expect(pull.request(1)).toBeUndefined();
    for (const index of [2, 0, 1]) pull.received(index, block(index), 10);
    expect(pull.request(10)).toEqual([3, 4]);
    pull.received(3, block(3), 20);
    expect(pull.whole).toBeUndefined();
    pull.received(4, block(4), 20);
    expect(pull.whole).toEqual(source);
    expect(pull.request(1e6)).toBeUndefined();
  });

  it("asks again for what did not come, ever less often", () => {
    const pull = new Pull(content(5000), rules);
    pull.request(0);
    pull.received(1, block(1), 50);
    expect(pull.request(149)).toBeUndefined();
    expect(pull.request(150)).toEqual([0, 2, 3]);
    expect(pull.request(349)).toBeUndefined();
    expect(pull.request(350)).toEqual([0, 2, 3]);
    expect(pull.unanswered).toBe(2);
    pull.received(0, block(0), 360);
    expect(pull.unanswered).toBe(0);
  });

  it("goes on where it was over a new connection", () => {
    const pull = new Pull(content(5000), rules);
    pull.request(0);
    pull.received(0, block(0), 1);
    pull.reconnected();
    expect(pull.request(2)).toEqual([1, 2, 3]);
  });

  it("takes no block of another length, no foreign one, and none twice", () => {
    const pull = new Pull(content(5000), rules);
    pull.received(0, block(0).subarray(1), 0);
    pull.received(4, block(0), 0);
    pull.received(5, new Uint8Array(0), 0);
    pull.received(1e9, block(0), 0);
    expect(pull.request(0)).toEqual([0, 1, 2]);
    pull.received(0, block(0), 0);
    pull.received(0, new Uint8Array(1024), 0);
    for (const index of [1, 2, 3, 4]) pull.received(index, block(index), 0);
    expect(pull.whole).toEqual(source);
  });

  it("has its content in the end, whatever is lost, repeated or out of order", () => {
    const events = fc.array(fc.nat({ max: 999 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), events, (bytes, choices) => {
        const link = new LossyLink(bytes);
        for (const choice of choices) link.play(choice);
        for (let calm = 0; calm < 20; calm++) link.calm();
        expect(Buffer.compare(link.pull.whole ?? source, source.subarray(0, bytes))).toBe(0);
      }),
    );
  });
});

/** A pull and the blocks under way to it. */
class LossyLink {
  readonly pull: Pull;
  private readonly bytes: Uint8Array;
  private readonly flying: number[] = [];
  private nowMs = 0;

  constructor(bytes: number) {
    this.bytes = source.subarray(0, bytes);
    this.pull = new Pull(content(bytes), rules);
  }

  /** Delivers a block, or loses it; keeps another copy of it under way, or does not. */
  play(choice: number): void {
    this.nowMs += choice % 7 === 0 ? 900 : 1;
    this.flying.push(...(this.pull.request(this.nowMs) ?? []));
    const at = choice % Math.max(1, this.flying.length);
    const index = this.flying[at];
    if (index === undefined) return;
    if (choice % 3 > 0) this.deliver(index);
    if (choice % 5 > 0) this.flying.splice(at, 1);
  }

  calm(): void {
    this.nowMs += 900;
    for (const index of this.pull.request(this.nowMs) ?? []) this.deliver(index);
  }

  private deliver(index: number): void {
    this.pull.received(index, blockOf(this.bytes, 1024, index), this.nowMs);
  }
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameGuard } from "../../../../cloud/broker/frame-guard.ts";

const limits = { connectBytes: 100, maxFrameBytes: 1000 };

function frame(bodyBytes: number): Uint8Array {
  const length: number[] = [];
  let rest = bodyBytes;
  do {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from([0x30, ...length, ...new Array(bodyBytes).fill(0xff)]);
}

const concat = (frames: Uint8Array[]) => Uint8Array.from(frames.flatMap((f) => [...f]));

describe("the frame guard", () => {
  it("lets the first packet be as long as a CONNECT may be, the others longer", () => {
    const guard = new FrameGuard(limits);
    expect(guard.accept(frame(100))).toBe(true);
    expect(guard.accept(frame(1000))).toBe(true);
    expect(guard.accept(frame(0))).toBe(true);
    expect(guard.accept(frame(1001))).toBe(false);
  });

  it("refuses a first packet that is too long by its header alone", () => {
    expect(new FrameGuard(limits).accept(frame(101).subarray(0, 2))).toBe(false);
    expect(new FrameGuard(limits).accept(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f))).toBe(false);
  });

  it("refuses a remaining length of more than four bytes", () => {
    expect(new FrameGuard(limits).accept(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x80))).toBe(false);
  });

  it("decides the same however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 110 }),
        fc.array(fc.nat({ max: 1010 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 300 }),
        (first, others, step) => {
          const stream = concat([first, ...others].map(frame));
          const guard = new FrameGuard(limits);
          let accepted = true;
          for (let at = 0; accepted && at < stream.length; at += step) {
            accepted = guard.accept(stream.subarray(at, at + step));
          }
          expect(accepted).toBe(first <= 100 && others.every((bytes) => bytes <= 1000));
        },
      ),
    );
  });
});

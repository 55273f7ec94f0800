import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type DecodedFrame,
  encodeFrame,
  FrameDecoder,
  maxFrameBytes,
} from "../../../../core/messages/bridge-frame.ts";

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

function header(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

test("a frame is its length in four bytes, most significant first, then JSON", () => {
  expect(Array.from(encodeFrame({ a: 1 }))).toEqual([
    0,
    0,
    0,
    7,
    ...new TextEncoder().encode('{"a":1}'),
  ]);
});

test("the length counts bytes of UTF-8, not characters", () => {
  expect(encodeFrame("é€").length).toBe(4 + 7);
  expect(new FrameDecoder().push(encodeFrame("é€"))).toEqual([{ kind: "message", value: "é€" }]);
});

test("any messages come out of any cut of their byte stream", () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 50 }),
      (values, cuts) => {
        const messages = values.map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        const stream = concat(messages.map(encodeFrame));
        const decoder = new FrameDecoder();
        const frames: DecodedFrame[] = [];
        let offset = 0;
        for (let i = 0; offset < stream.length; i++) {
          const size = cuts[i % cuts.length] as number;
          frames.push(...decoder.push(stream.subarray(offset, offset + size)));
          offset += size;
        }
        expect(frames).toEqual(messages.map((value) => ({ kind: "message", value })));
      },
    ),
  );
});

test("a payload that is no JSON is malformed and the next frame is read", () => {
  const garbage = concat([header(3), Uint8Array.from([0xff, 0xfe, 0x7b]), encodeFrame(5)]);
  const [first, second] = new FrameDecoder().push(garbage);
  expect(first?.kind).toBe("malformed");
  expect(second).toEqual({ kind: "message", value: 5 });
});

test("an empty frame is malformed and the next frame is read", () => {
  const frames = new FrameDecoder().push(concat([header(0), encodeFrame(5)]));
  expect(frames.map((frame) => frame.kind)).toEqual(["malformed", "message"]);
});

test("a length above the limit breaks the stream: nothing after it is read", () => {
  const decoder = new FrameDecoder();
  const frames = decoder.push(concat([encodeFrame(1), header(maxFrameBytes + 1), encodeFrame(2)]));
  expect(frames.map((frame) => frame.kind)).toEqual(["message", "broken"]);
  expect(decoder.push(encodeFrame(3))).toEqual([]);
});

test("a frame of exactly the limit is read", () => {
  const text = "x".repeat(maxFrameBytes - 2);
  expect(new FrameDecoder().push(encodeFrame(text))).toEqual([{ kind: "message", value: text }]);
});

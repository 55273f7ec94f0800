import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromFloat16Bits, toFloat16Bits } from "../../../../core/weights/float16.ts";

describe("float16", () => {
  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [-1e9, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -26, 0],
    [-0, 0x8000],
    [1 / 3, 0x3555],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [1.9999, 0x4000],
    [Number.NaN, 0x7e00],
    [Number.POSITIVE_INFINITY, 0x7c00],
  ])("has for %d the bits that IEEE 754 gives", (value, bits) => {
    expect(toFloat16Bits(value)).toBe(bits);
  });

  it("gives all of its numbers back", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = fromFloat16Bits(bits);
      if (!Number.isNaN(value)) expect(toFloat16Bits(value)).toBe(bits);
    }
  });

  it("is within a 2048th of every number in its range", () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -14, max: 65504, noNaN: true }), (value) => {
        const back = fromFloat16Bits(toFloat16Bits(value));
        expect(Math.abs(back - value)).toBeLessThanOrEqual(value / 2048);
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { checkFinite, findNonFinite } from "../../../../core/weights/finite.ts";

describe("the check for finite weights", () => {
  it("names the first value that is not finite", () => {
    const weights = new Map([
      ["a", { shape: [2], data: Float32Array.of(0, 1) }],
      ["b", { shape: [3], data: Float32Array.of(0, Number.NaN, Number.POSITIVE_INFINITY) }],
    ]);
    expect(findNonFinite(weights)).toBe("NaN at b[1]");
    expect(() => checkFinite(weights)).toThrow(/NaN at b\[1\]/);
  });

  it("accepts finite weights", () => {
    expect(() =>
      checkFinite(new Map([["a", { shape: [1], data: Float32Array.of(1) }]])),
    ).not.toThrow();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cappedSamples } from "../../../../core/weights/capped-samples.ts";

describe("sample counts of a round", () => {
  it("weigh as they are when nobody has more than twice the median", () => {
    expect(cappedSamples([100, 200, 150, 90])).toEqual([100, 200, 150, 90]);
  });

  it("weigh at most twice the lower median", () => {
    expect(cappedSamples([100, 1e9, 100])).toEqual([100, 200, 100]);
    expect(cappedSamples([1e9, 100])).toEqual([200, 100]);
    expect(cappedSamples([1e9])).toEqual([1e9]);
    expect(cappedSamples([])).toEqual([]);
  });

  it("never let one of three or more have much more than half", () => {
    const honest = fc.array(fc.integer({ min: 100, max: 120 }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(honest, fc.integer({ min: 1, max: 1_000_000_000 }), (others, claimed) => {
        const capped = cappedSamples([claimed, ...others]);
        const total = capped.reduce((a, b) => a + b, 0);
        expect((capped[0] ?? 0) / total).toBeLessThanOrEqual(0.546);
      }),
    );
  });
});

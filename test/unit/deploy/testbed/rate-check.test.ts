import { describe, expect, it } from "vitest";
import { checkRates, parseAudit, ratesProven } from "../../../../deploy/testbed/rate-check.ts";

const entry = (slot: number, commanded: number[], readBack: number[]) => ({
  slot,
  commandedBitPerS: commanded,
  readBackBitPerS: readBack,
});

describe("the check of commanded against read-back rates", () => {
  it("finds the largest error of every slice over the slots", () => {
    const checks = checkRates(
      [entry(1, [10e6, 20e6], [10e6, 20e6]), entry(2, [10e6, 20e6], [9.95e6, 25e6])],
      2,
    );
    expect(checks[0]).toMatchObject({ checkedSlots: 2, minMbitPerS: 9.95, maxMbitPerS: 10 });
    expect(checks[0]?.maxRelativeError).toBeCloseTo(0.005, 12);
    expect(ratesProven(checks.slice(0, 1), 2)).toBe(true);
    expect(ratesProven(checks, 2)).toBe(false);
  });

  it("is not passed when too few slots were read back", () => {
    const checks = checkRates([entry(1, [10e6], [10e6])], 1);
    expect(ratesProven(checks, 1)).toBe(true);
    expect(ratesProven(checks, 2)).toBe(false);
  });

  it("is not passed by no slot, or by one that lacks a slice", () => {
    expect(ratesProven(checkRates([], 1), 1)).toBe(false);
    expect(ratesProven(checkRates([entry(1, [1e6, 1e6], [1e6])], 2), 1)).toBe(false);
  });

  it("reads an audit whose last line was cut", () => {
    const lines = `${JSON.stringify(entry(1, [1], [1]))}\n${JSON.stringify(entry(2, [2], [2]))}\n{"slot":3,"comm`;
    expect(parseAudit(lines).map(({ slot }) => slot)).toEqual([1, 2]);
  });
});

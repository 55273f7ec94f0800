import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAllocationEnvelope } from "../../../../core/allocation/envelope.ts";

const free = createAllocationEnvelope({ slices: 3, budgets: [18, 18], slewBlocks: null });

function halves(action: Float64Array): number[][] {
  return [Array.from(action.subarray(0, 3)), Array.from(action.subarray(3))];
}

function boundedAction(
  envelope: typeof free,
  proposal: ArrayLike<number>,
  previous?: Float64Array,
): Float64Array {
  const bounded = envelope.bound(proposal, previous);
  if (!bounded.usable) throw new Error(`refused: ${bounded.reason}`);
  return bounded.action;
}

function expectInside(action: Float64Array): void {
  for (const half of halves(action)) {
    for (const blocks of half) {
      expect(Number.isInteger(blocks)).toBe(true);
      expect(blocks).toBeGreaterThanOrEqual(1);
    }
    expect(half.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(18);
  }
}

const anyFinite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -5, max: 40, noNaN: true }),
  fc.integer({ min: -3, max: 25 }),
);
const anyProposal = fc.array(anyFinite, { minLength: 6, maxLength: 6 });

describe("the allocation envelope", () => {
  it("lets no allocation out of its limits, whatever finite numbers are proposed", () => {
    fc.assert(fc.property(anyProposal, (proposal) => expectInside(boundedAction(free, proposal))));
  });

  it("refuses any proposal with a number that is not finite", () => {
    const broken = fc.tuple(
      anyProposal,
      fc.nat(5),
      fc.constantFrom(Number.NaN, Infinity, -Infinity),
    );
    fc.assert(
      fc.property(broken, ([proposal, at, value]) => {
        const bounded = free.bound(proposal.with(at, value));
        expect(bounded).toEqual({ usable: false, reason: "non-finite" });
      }),
    );
  });

  it("refuses a proposal of another length", () => {
    const wrong = fc.array(anyFinite, { maxLength: 12 }).filter((values) => values.length !== 6);
    fc.assert(
      fc.property(wrong, (proposal) => {
        expect(free.bound(proposal)).toEqual({ usable: false, reason: "wrong-length" });
      }),
    );
  });

  it("passes an allocation inside its limits unchanged and says so", () => {
    const bounded = free.bound([4, 8, 6, 1, 16, 1]);
    expect(bounded).toEqual({
      usable: true,
      action: Float64Array.of(4, 8, 6, 1, 16, 1),
      altered: false,
    });
  });

  it("takes excess from the largest first and reports the change", () => {
    expect(free.bound([10, 10, 1, 6, 6, 6])).toEqual({
      usable: true,
      action: Float64Array.of(8, 9, 1, 6, 6, 6),
      altered: true,
    });
  });

  it("changes nothing when it is applied to its own result", () => {
    fc.assert(
      fc.property(anyProposal, (proposal) => {
        const once = boundedAction(free, proposal);
        expect(free.bound(once)).toEqual({ usable: true, action: once, altered: false });
      }),
    );
  });

  it("never moves a slice by more than the slew limit and stays within the budget", () => {
    fc.assert(
      fc.property(anyProposal, anyProposal, fc.integer({ min: 0, max: 6 }), (first, then, slew) => {
        const slow = createAllocationEnvelope({ slices: 3, budgets: [18, 18], slewBlocks: slew });
        const previous = boundedAction(slow, first);
        const next = boundedAction(slow, then, previous);
        expectInside(next);
        for (const [i, blocks] of next.entries()) {
          expect(Math.abs(blocks - (previous[i] as number))).toBeLessThanOrEqual(slew);
        }
      }),
    );
  });

  it("keeps a half in which no slice would change by more than the deadband", () => {
    const calm = createAllocationEnvelope({
      slices: 3,
      budgets: [18, 18],
      slewBlocks: null,
      deadbandBlocks: 1,
    });
    const previous = Float64Array.of(6, 6, 6, 6, 6, 6);
    expect(calm.bound([7, 5, 6, 8, 5, 5], previous)).toMatchObject({
      action: Float64Array.of(6, 6, 6, 8, 5, 5),
    });
  });

  it("keeps every slice within the limits of a configuration", () => {
    const limited = createAllocationEnvelope({
      slices: 3,
      budgets: [18, 18],
      slewBlocks: null,
      fewestBlocks: 3,
      mostBlocks: 9,
    });
    expect(limited.bound([1, 1, 16, 0, 18, 9])).toMatchObject({
      action: Float64Array.of(3, 3, 9, 3, 7, 8),
    });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeLine } from "../../../../../agent/actuate/tc/class-change.ts";
import { type HtbHierarchy, plan, ratesOf } from "../../../../../agent/actuate/tc/rate-plan.ts";

const hierarchy: HtbHierarchy = {
  places: [0, 1, 2].map((prio) => ({ classId: `1:1${prio + 1}`, parent: "1:1", prio })),
  burstBytes: 1600,
  quantumBytes: 1514,
};

const equal = ratesOf([6, 6, 6], 54_000, 18);

describe("the plan of rate changes", () => {
  it("gives every slice its blocks' share of the link, without borrowing", () => {
    expect(ratesOf([4, 11, 3], 54_000, 18)).toEqual(
      [12e6, 33e6, 9e6].map((rate) => ({ rateBitPerS: rate, ceilBitPerS: rate })),
    );
  });

  it("never shares out more than the link", () => {
    const blocks = fc
      .integer({ min: 1, max: 16 })
      .chain((a) => fc.integer({ min: 1, max: 17 - a }).map((b) => [a, b, 18 - a - b]));
    fc.assert(
      fc.property(blocks, fc.integer({ min: 100, max: 10_000_000 }), (split, linkKbit) => {
        const sum = ratesOf(split, linkKbit, 18).reduce((total, r) => total + r.rateBitPerS, 0);
        expect(sum).toBeLessThanOrEqual(linkKbit * 1e3);
      }),
    );
  });

  it("writes nothing when the desired rates are in force", () => {
    expect(plan(hierarchy, equal, equal)).toEqual([]);
  });

  it("takes a rate that tc prints with fewer digits as in force", () => {
    const desired = [{ rateBitPerS: 1_234_567_000, ceilBitPerS: 1_234_567_000 }];
    const printed = [{ rateBitPerS: 1_234_000_000, ceilBitPerS: 1_234_000_000 }];
    expect(plan(hierarchy, printed, desired)).toEqual([]);
  });

  it("changes only the slices that differ, the one that gives way first", () => {
    const changes = plan(hierarchy, equal, ratesOf([8, 6, 4], 54_000, 18));
    expect(changes.map((change) => changeLine("air0", change))).toEqual([
      "class change dev air0 parent 1:1 classid 1:13 htb prio 2 rate 12000000bit ceil 12000000bit burst 1600 cburst 1600 quantum 1514",
      "class change dev air0 parent 1:1 classid 1:11 htb prio 0 rate 24000000bit ceil 24000000bit burst 1600 cburst 1600 quantum 1514",
    ]);
  });

  it("writes every slice when nothing is known", () => {
    expect(plan(hierarchy, [], equal)).toHaveLength(3);
  });

  it("restores a ceil that differs from its rate", () => {
    const borrowing = { rateBitPerS: 18e6, ceilBitPerS: 54e6 };
    const changes = plan(hierarchy, equal, [borrowing, ...equal.slice(1)]);
    expect(changes).toEqual([expect.objectContaining({ classId: "1:11", ...borrowing })]);
  });
});

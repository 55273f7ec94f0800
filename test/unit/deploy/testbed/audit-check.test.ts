import { describe, expect, it } from "vitest";
import { checkAudits, parseAudit } from "../../../../deploy/testbed/audit-check.ts";

const entry = (slot: number, commanded: number[], readBack = commanded) => ({
  slot,
  commanded,
  readBack,
});
const whole = [1, 2, 3].map((slot) => entry(slot, [1000, 2000]));

describe("the check of the audits", () => {
  it("counts the slots of which every device was read back, and the values compared", () => {
    const check = checkAudits({ downlink: whole, uplink: whole, compute: whole.slice(0, 2) });
    expect(check).toEqual({
      slots: 2,
      incompleteSlots: 1,
      untouchedSlots: 1,
      comparisons: 16,
      mismatches: 0,
    });
  });

  it("counts every value that differs, a ceil as well as a rate, and one that is missing", () => {
    const differing = [
      entry(1, [1000, 2000], [1000, 2001]),
      entry(2, [1, 2], [1]),
      entry(3, [1, 2]),
    ];
    const { mismatches } = checkAudits({ downlink: differing, uplink: whole, compute: whole });
    expect(mismatches).toBe(2);
  });

  it("passes over a last line that was cut", () => {
    const text = `${whole.map((line) => JSON.stringify(line)).join("\n")}\n{"slot":4,"comm`;
    expect(parseAudit(text)).toEqual(whole);
  });
});

import { expect, it } from "vitest";
import type { FallbackReason } from "../../../../agent/control/slot-outcome.ts";
import { type Faults, faultyRun, ManualTime } from "../../../fixtures/faulty-run.ts";

const cases: readonly [string, Faults, FallbackReason][] = [
  ["a source that stalls", { sourceStalls: 0.1 }, "deadlines-missed"],
  ["a policy that stalls", { policyStalls: 0.1 }, "late-inference"],
  ["a policy that fails", { failures: 0.1 }, "inference-failed"],
  ["a policy that answers nonsense", { nonsense: 0.1 }, "non-finite"],
];

it.each(cases)(
  "accounts for every slot, falls back within it and hands back for good after %s",
  async (_name, faults, reason) => {
    const slots = { faulty: 20_000, calm: 7000 };
    const report = await faultyRun(faults, slots, 1, new ManualTime());
    const { totals, withdrawnSlots } = report;
    expect(totals.slots).toBe(27_000);
    expect(totals.applied + totals.held).toBe(27_000);
    expect(report).toMatchObject({ gaps: 0, withoutFallback: 0, lateByThemselves: 0 });
    expect(totals.fallbackReasons[reason]).toBeGreaterThan(10);
    const stalls = (faults.sourceStalls ?? 0) + (faults.policyStalls ?? 0) > 0;
    expect(withdrawnSlots.length).toBeGreaterThanOrEqual(stalls ? 1 : 0);
    expect(withdrawnSlots.length).toBeLessThan(15);
    for (const slotsAway of withdrawnSlots) expect(slotsAway).toBeGreaterThanOrEqual(100);
    expect(report.calmSlotsByPolicy).toBe(100);
  },
);

import { describe, expect, it } from "vitest";
import { paperScenario } from "../../../../core/slicing/scenario.ts";
import {
  meanDelayDifferenceMs,
  type PhaseMeasurement,
  phaseResult,
} from "../../../../deploy/testbed/phase-result.ts";

/** One task of every slice in each of 40 slots; slice k takes `delaysMs[k]`. */
function measured(delaysMs: readonly number[], sentPerSlice = 40): PhaseMeasurement {
  const slots = Array.from({ length: 40 }, (_, slot) => slot);
  const received = delaysMs.map((delay, slice) => ({
    type: "delays" as const,
    phase: 0,
    slice: slots.map(() => slice),
    slot: slots,
    delayMs: slots.map(() => delay),
  }));
  const tasks = delaysMs.map(() => sentPerSlice);
  return { slots: 40, sent: { type: "sent", phase: 0, tasks, lateSlots: 3 }, received };
}

describe("the result of a phase", () => {
  it("holds delay and satisfaction of every slice against its own limit", () => {
    const result = phaseResult(paperScenario, measured([4, 9, 8]));
    expect(result.slices.map((slice) => slice.meanMs.value)).toEqual([4, 9, 8]);
    expect(result.slices.map((slice) => slice.satisfaction.value)).toEqual([1, 0, 1]);
    expect(result.all.meanMs.value).toBeCloseTo(7, 12);
    expect(result.all.satisfaction.value).toBeCloseTo(2 / 3, 12);
    expect(result.all.p95Ms.value).toBe(9);
    expect(result.lateSlots).toBe(3);
  });

  it("counts a lost task as unsatisfied", () => {
    const [first] = phaseResult(paperScenario, measured([4, 4, 4], 80)).slices;
    expect(first).toMatchObject({ sent: 80, lost: 40 });
    expect(first?.satisfaction.value).toBe(0.5);
  });

  it("is compared slot by slot", () => {
    const difference = meanDelayDifferenceMs(
      paperScenario,
      measured([4, 9, 8]),
      measured([5, 10, 9]),
    );
    expect(difference.value).toBeCloseTo(-1, 12);
    expect(difference.high).toBeLessThan(0);
  });
});

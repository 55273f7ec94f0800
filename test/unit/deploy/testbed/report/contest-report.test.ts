import { describe, expect, it } from "vitest";
import type { ControlTotals } from "../../../../../agent/control/accounting.ts";
import type { AgentReport } from "../../../../../agent/telemetry/agent-report.ts";
import { contestReport } from "../../../../../deploy/testbed/report/contest-report.ts";
import { contestTables } from "../../../../../deploy/testbed/report/contest-table.ts";
import { type PlayResult, playResult } from "../../../../../deploy/testbed/report/play-result.ts";
import { testbedScenario } from "../../../../../deploy/testbed/testbed-scenario.ts";
import type { ArrivalsTrace } from "../../../../../deploy/testbed/trace/arrivals-trace.ts";

/** Two slots of two tasks, of slice 1 (limit 5 ms) and of slice 2 (8 ms). */
function trace(seed: number): ArrivalsTrace {
  const slots = [0, 1].map(() => [Uint8Array.of(0, 1)]);
  return { seed, scenario: testbedScenario, course: [], slots };
}

/** 40 slots, and one after the 20th that was skipped; the first read back otherwise where that is given. */
function audit(readBackUs = 3000) {
  return Array.from({ length: 40 }, (_, i) => {
    const commanded = new Array<number>(3).fill(i % 2 === 0 ? 3000 : 1000);
    const slot = i < 20 ? i : i + 1;
    return { slot, commanded, readBack: i === 0 ? commanded.with(1, readBackUs) : commanded };
  });
}

const control = {
  slots: 41,
  held: 1,
  skipped: 1,
  late: 0,
  fallback: 0,
  readBackChecked: 40,
  readBackMismatches: 0,
} as ControlTotals;

/** The delays of slice 1 in both slots and of slice 2 in the first; the last task is lost. */
function play(
  policy: string,
  seed: number,
  delaysMs: readonly number[],
  readBackUs?: number,
  own: Partial<ControlTotals> = {},
) {
  const times = {
    type: "times" as const,
    play: 0,
    slice: [0, 0, 1],
    slot: [0, 1, 0],
    accessPoint: [0, 0, 0],
    delayMs: delaysMs,
  };
  const compute = audit(readBackUs);
  const audits = { downlink: compute, uplink: compute, compute };
  const report = { control: { ...control, ...own } } as AgentReport;
  const course = { audits, report, usedMs: [1, 2, 3] };
  return playResult(policy, trace(seed), { times, lateSlots: 0 }, [course]);
}

describe("a play's result", () => {
  it("counts a lost task as the cap and as unsatisfied, and the CPU used of that granted", () => {
    const result = play("a", 1, [2, 6, 8]);
    expect(result).toMatchObject({ tasks: 4, lost: 1, meanDelayMs: (2 + 6 + 8 + 50) / 4 });
    expect(result.satisfaction).toBe(0.5);
    expect(result.slices[0]).toEqual({ tasks: 2, lost: 0, meanDelayMs: 4, satisfaction: 0.5 });
    expect(result.slices[2]?.tasks).toBe(0);
    expect(result.p95DelayMs).toBe(50);
    expect(result.computeUse).toBeCloseTo(6 / 240, 12);
    expect(result.allocation.cpuMs).toEqual([2, 2, 2]);
  });
});

describe("a contest's report", () => {
  const traces = [trace(1), trace(2)];
  const plays = [
    play("models/a.onnx", 1, [2, 2, 2]),
    play("equal", 1, [6, 6, 6]),
    play("models/a.onnx", 2, [4, 4, 4]),
    play("equal", 2, [12, 12, 12]),
  ];
  const report = contestReport(plays, ["models/a.onnx", "equal"], traces, 36);

  it("has means over the traces, and differences paired by trace", () => {
    const [a, equal] = report.contestants;
    expect(a?.meanDelayMs.mean).toBeCloseTo((14 + 15.5) / 2, 12);
    expect(equal?.meanDelayMs.mean).toBeCloseTo((17 + 21.5) / 2, 12);
    const [against] = report.differences;
    expect(against?.meanDelayMs.mean).toBeCloseTo(-4.5, 12);
    const halfWidth = 12.7062 * (3 / Math.SQRT2 / Math.SQRT2);
    expect(against?.meanDelayMs.high).toBeCloseTo(-4.5 + halfWidth, 3);
    expect(contestTables(report)).toContain("| a minus | mean delay ms | satisfaction |");
  });

  const steady = [play("equal", 1, [6, 6, 6]), play("equal", 2, [6, 6, 6])];
  const proofOf = (all: readonly PlayResult[]) => contestReport(all, ["equal"], traces, 36).proof;

  it("proves nothing where one value of one slot was read back otherwise", () => {
    const deviating = [play("equal", 1, [6, 6, 6], 2999), ...steady];
    expect(proofOf(deviating)).toMatchObject({ proven: false, mismatches: 3, unprovenSlots: 0 });
    const noticed = play("equal", 1, [6, 6, 6], 3000, { readBackMismatches: 1 });
    expect(proofOf([noticed, ...steady])).toMatchObject({ proven: false, mismatches: 1 });
  });

  it("proves a slot that was skipped and in which nothing was written, and says how many", () => {
    expect(proofOf(steady)).toMatchObject({
      proven: true,
      slots: 82,
      readBackSlots: 80,
      skippedSlots: 2,
      unprovenSlots: 0,
    });
    expect(contestTables(contestReport(steady, ["equal"], traces, 36))).toContain("0 without a");
  });

  it.each([
    ["its devices were told something in a slot that it calls skipped", { skipped: 2, slots: 42 }],
    ["it carried a slot out that no device was told of", { slots: 42, readBackChecked: 41 }],
    ["it checked one read-back too few", { readBackChecked: 39 }],
  ])("proves nothing of an agent when %s", (_, own) => {
    const odd = play("equal", 1, [6, 6, 6], 3000, own);
    expect(proofOf([odd, ...steady])).toMatchObject({ proven: false, unprovenSlots: 1 });
  });

  it("proves nothing of an agent that left no report", () => {
    const gone = play("equal", 1, [6, 6, 6], 3000, { slots: 0, skipped: 0, readBackChecked: 0 });
    expect(proofOf([gone, ...steady]).proven).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { contestReport } from "../../../../../deploy/testbed/report/contest-report.ts";
import { contestTables } from "../../../../../deploy/testbed/report/contest-table.ts";
import { playResult } from "../../../../../deploy/testbed/report/play-result.ts";
import { testbedScenario } from "../../../../../deploy/testbed/testbed-scenario.ts";
import type { ArrivalsTrace } from "../../../../../deploy/testbed/trace/arrivals-trace.ts";

/** Two slots of two tasks, of slice 1 (limit 5 ms) and of slice 2 (8 ms). */
function trace(seed: number): ArrivalsTrace {
  const slots = [0, 1].map(() => [Uint8Array.of(0, 1)]);
  return { seed, scenario: testbedScenario, course: [], slots };
}

function audit(readBackUs = 3000) {
  return [
    { slot: 1, commanded: [3000, 3000, 3000], readBack: [3000, readBackUs, 3000] },
    { slot: 2, commanded: [1000, 1000, 1000], readBack: [1000, 1000, 1000] },
  ];
}

/** The delays of slice 1 in both slots and of slice 2 in the first; the last task is lost. */
function play(policy: string, seed: number, delaysMs: readonly number[], readBackUs?: number) {
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
  const course = { audits, report: undefined, usedMs: [1, 2, 3] };
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
    expect(result.computeUse).toBeCloseTo(6 / 12, 12);
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

  it("proves nothing where one value of one slot was read back otherwise", () => {
    expect(report.proof).toMatchObject({ proven: true, readBackSlots: 8, mismatches: 0 });
    const [first] = plays as [(typeof plays)[0]];
    const deviating = [play("equal", 1, [6, 6, 6], 2999), first];
    expect(contestReport(deviating, ["equal"], traces, 36).proof.proven).toBe(false);
  });
});

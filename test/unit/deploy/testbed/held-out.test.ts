import { describe, expect, it } from "vitest";
import { judgeHeldOut } from "../../../../deploy/testbed/held-out.ts";
import type { PlayResult } from "../../../../deploy/testbed/report/play-result.ts";

function play(policy: string, meanDelayMs: number, satisfaction: number): PlayResult {
  return { policy, meanDelayMs, satisfaction } as PlayResult;
}

describe("what was learned", () => {
  const before = [play("start", 5, 0.8), play("start", 6, 0.7)];

  it("is kept where it earns more on traces that it did not learn from", () => {
    const plays = [...before, play("learned", 5, 0.9), play("learned", 6, 0.7)];
    const result = judgeHeldOut(plays, "start", "learned");
    expect(result).toMatchObject({ traces: 2, kept: "learned" });
    const earned = (delay: number, share: number) => (Math.exp(-delay / 10) + Math.exp(share)) / 2;
    expect(result.start).toBeCloseTo((earned(5, 0.8) + earned(6, 0.7)) / 2, 12);
    expect(result.learned).toBeCloseTo((earned(5, 0.9) + earned(6, 0.7)) / 2, 12);
  });

  it.each([
    ["less", [play("learned", 5, 0.8), play("learned", 9, 0.7)]],
    ["just as much", before.map((one) => ({ ...one, policy: "learned" }))],
  ])("is thrown away where it earns %s", (_, after) => {
    expect(judgeHeldOut([...before, ...after], "start", "learned").kept).toBe("start");
  });
});

import { describe, expect, it } from "vitest";
import { evaluate } from "../../../../core/slicing/evaluation.ts";
import { createBuiltInPolicy } from "../../../../core/slicing/policies.ts";
import { paperScenario } from "../../../../core/slicing/scenario.ts";

/** Reference values over 20,000 slots, U = 20, with ±0.3 % sampling: mean delay ms, satisfaction, reward. */
const reference: Record<string, readonly [number, number, number]> = {
  random: [10.72, 0.53, 0.884],
  equal: [5.49, 0.85, 1.201],
  "load-proportional": [5.02, 0.892, 1.249],
  "sqrt-load": [4.49, 0.945, 1.298],
};

describe("evaluate", () => {
  it.each(Object.entries(reference))(
    "brings out the known figures of %s",
    async (name, figures) => {
      const policy = createBuiltInPolicy(name, paperScenario, 3);
      if (policy === undefined) throw new Error(`no policy ${name}`);
      const result = await evaluate(paperScenario, policy, 700, 3);
      const measured = [result.meanDelayMs, result.satisfaction, result.rewardMs];
      for (const [i, expected] of figures.entries()) {
        expect(Math.abs((measured[i] ?? 0) / expected - 1)).toBeLessThan(0.02);
      }
      expect(Math.abs(result.optimal.rewardMs / 1.354 - 1)).toBeLessThan(0.01);
    },
  );

  it("gives the same numbers for the same seed and others for another", async () => {
    const policy = createBuiltInPolicy("sqrt-load", paperScenario, 1);
    if (policy === undefined) throw new Error("no policy");
    const first = await evaluate(paperScenario, policy, 20, 1);
    expect(await evaluate(paperScenario, policy, 20, 1)).toEqual(first);
    expect((await evaluate(paperScenario, policy, 20, 2)).rewardMs).not.toBe(first.rewardMs);
  });
});

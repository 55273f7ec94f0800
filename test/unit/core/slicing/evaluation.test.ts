import { describe, expect, it } from "vitest";
import { evaluate } from "../../../../core/slicing/evaluation.ts";
import { createBuiltInPolicy } from "../../../../core/slicing/policies.ts";
import { paperScenario, slicingScenarioSchema } from "../../../../core/slicing/scenario.ts";

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
      expect(Math.abs((result.optimal?.rewardMs ?? 0) / 1.354 - 1)).toBeLessThan(0.01);
    },
  );

  it("gives the same numbers for the same seed and others for another", async () => {
    const policy = createBuiltInPolicy("sqrt-load", paperScenario, 1);
    if (policy === undefined) throw new Error("no policy");
    const first = await evaluate(paperScenario, policy, 20, 1);
    expect(await evaluate(paperScenario, policy, 20, 1)).toEqual(first);
    expect((await evaluate(paperScenario, policy, 20, 2)).rewardMs).not.toBe(first.rewardMs);
  });

  it("has for the paper's scenario exactly the fields it always had", async () => {
    const policy = createBuiltInPolicy("equal", paperScenario, 1);
    if (policy === undefined) throw new Error("no policy");
    const performance = ["meanDelayMs", "satisfaction", "rewardMs", "rewardSlot"];
    const result = await evaluate(paperScenario, policy, 2, 1);
    expect(Object.keys(result)).toEqual([
      ...["policy", "slots", "seed", "users"],
      ...performance,
      "optimal",
    ]);
    expect(Object.keys(result.optimal ?? {})).toEqual(performance);
  });

  it("keeps the exact optimum under mobility, and counts handovers", async () => {
    const result = await evaluated({ mobility: { model: "gauss-markov", meanSpeedMPerS: 300 } });
    expect(result.optimal?.rewardMs).toBeGreaterThanOrEqual(result.rewardMs);
    expect(result.handovers).toBeGreaterThan(0);
    expect(result.idle).toBe(0);
    expect(result.bound).toBeUndefined();
  });

  it.each([
    { interference: { activity: 0.2 } },
    { arrivals: { model: "poisson" } },
    { arrivals: { model: "bursty" }, interference: {}, mobility: { model: "random-waypoint" } },
  ])("names an upper bound where no search is the optimum: %j", async (options) => {
    const result = await evaluated(options);
    expect(result.optimal).toBeUndefined();
    expect(result.bound?.rewardMs).toBeGreaterThan(result.rewardMs);
    expect(result.bound?.rewardMs).toBeLessThan(1.5);
  });

  it("gives the bound in the unit that the scenario learns in", async () => {
    const result = await evaluated({ interference: {}, reward: { delayUnit: "slot" } });
    expect(Object.keys(result.bound ?? {})).toEqual(["rewardSlot"]);
    expect(result.bound?.rewardSlot).toBeGreaterThan(result.rewardSlot);
  });

  it("accounts for every task that left", async () => {
    const { tasks } = await evaluated({ arrivals: { model: "poisson", tasksPerUserSlot: 4 } });
    const { arrived = 0, completed = 0, refused = 0, expired = 0 } = tasks ?? {};
    expect(completed + refused + expired).toBeLessThanOrEqual(arrived);
    expect(refused + expired).toBeGreaterThan(0);
    expect(tasks?.satisfaction).toBeLessThan(1);
    expect(tasks?.meanSojournMs).toBeLessThanOrEqual(50);
  });

  it("refuses to take the mean of nothing", async () => {
    const rare = { arrivals: { model: "poisson", tasksPerUserSlot: 1e-9 } };
    await expect(evaluated(rare)).rejects.toThrow(/nothing to take the mean of/);
  });
});

/** sqrt-load over 12 slots under these options. */
async function evaluated(options: Record<string, unknown>) {
  const scenario = slicingScenarioSchema.parse(options);
  const policy = createBuiltInPolicy("sqrt-load", scenario, 1);
  if (policy === undefined) throw new Error("no policy");
  return await evaluate(scenario, policy, 12, 5);
}

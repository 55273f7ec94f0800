import { describe, expect, it } from "vitest";
import { paperScenario, slicingScenarioSchema } from "../../../../core/slicing/scenario.ts";
import { bandwidthShareMhz } from "../../../../core/slicing/share.ts";

describe("slicingScenarioSchema", () => {
  it("refuses probabilities that do not sum to 1", () => {
    const slices = paperScenario.slices.map((slice) => ({ ...slice, probability: 0.5 }));
    expect(slicingScenarioSchema.safeParse({ slices }).error?.message).toMatch(/sum to 1.*1\.5/);
  });

  it("refuses more slices than blocks, naming the budget", () => {
    const result = slicingScenarioSchema.safeParse({ bandwidthMhz: 4 });
    expect(result.error?.message).toMatch(/bandwidth budget has 2/);
  });

  it("refuses a range of users upside down", () => {
    const result = slicingScenarioSchema.safeParse({ fewestUsersPerAccessPoint: 21 });
    expect(result.error?.message).toMatch(/must not exceed usersPerAccessPoint, 20; received 21/);
  });
});

describe("the options beyond the paper", () => {
  const fault = (given: unknown) => slicingScenarioSchema.safeParse(given).error?.message ?? "";

  it("are absent unless they are given", () => {
    const { mobility, interference, arrivals } = paperScenario;
    expect([mobility, interference, arrivals]).toEqual([undefined, undefined, undefined]);
  });

  it("refuse unknown keys, models and ranges upside down", () => {
    expect(fault({ mobility: { model: "teleport" } })).toMatch(/model/);
    expect(fault({ interference: { reuse: 3 } })).toMatch(/reuse/);
    const swift = { model: "random-waypoint", minSpeedMPerS: 9, maxSpeedMPerS: 8 };
    expect(fault({ mobility: swift })).toMatch(/must not exceed maxSpeedMPerS/);
    const calm = { model: "bursty", calmTasksPerUserSlot: 3, burstTasksPerUserSlot: 2 };
    expect(fault({ arrivals: calm })).toMatch(/at least as many tasks as a calm/);
    expect(fault({ arrivals: { model: "poisson", tasksPerUserSlot: -1 } })).not.toBe("");
  });

  it.each([
    [{ fewestUsersPerAccessPoint: 3, mobility: { model: "gauss-markov" } }, /walk on \(mobility\)/],
    [{ fewestUsersPerAccessPoint: 3, arrivals: { model: "poisson" } }, /keep their queues/],
    [{ accessPoints: 65, interference: {} }, /at most 64 access points, received 65/],
    [{ delayCapMs: 9, arrivals: { model: "bursty" } }, /at least a slot, 10 ms; received 9/],
  ])("refuse what cannot go together: %j", (given, reason) => {
    expect(fault(given)).toMatch(reason);
  });
});

describe("bandwidthShareMhz", () => {
  it("keeps an exact multiple of the unit whole", () => {
    for (let users = 1; users <= 30; users++) {
      const exact = { ...paperScenario, bandwidthBlockMhz: 0.18 * users };
      expect(bandwidthShareMhz(exact, 7, users)).toBeCloseTo(7 * 0.18, 12);
    }
  });
});

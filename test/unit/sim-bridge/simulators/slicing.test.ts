import { describe, expect, it } from "vitest";
import { evaluate } from "../../../../core/slicing/evaluation.ts";
import { createBuiltInPolicy } from "../../../../core/slicing/policies.ts";
import { slicingScenarioSchema } from "../../../../core/slicing/scenario.ts";
import { simulatorConfigSchema } from "../../../../sim-bridge/config.ts";
import { createSimulator } from "../../../../sim-bridge/simulators/create-simulator.ts";

const simulator = (settings: Record<string, unknown>) =>
  createSimulator(simulatorConfigSchema.parse({ system: "slicing", seed: 5, ...settings }));

const queues = { arrivals: { model: "poisson" }, interference: { activity: 0.1 } };
const fault = (settings: Record<string, unknown>) =>
  simulatorConfigSchema.safeParse({ system: "slicing", ...settings }).error?.message ?? "";

describe("the slicing simulator with options beyond the paper", () => {
  it("gives an agent that shares equally what the reference equal has, slot after slot", () => {
    const world = simulator({ scenario: queues });
    for (let slot = 0; slot < 15; slot++) {
      world.begin();
      if (slot % 2 === 0) world.prepare();
      for (const { performance, references } of world.end(
        world.agents.map(() => world.initialAction),
      )) {
        expect(Object.keys(references)).toEqual(["equal", "sqrt-load"]);
        expect(references.equal).toEqual(performance);
      }
      if (slot === 9) world.reset();
    }
  });

  it("rewards as an evaluation of the same policy and seed does", async () => {
    const scenario = slicingScenarioSchema.parse(queues);
    const world = simulator({ scenario: queues, references: [] });
    const rewards: number[] = [];
    for (let slot = 0; slot < 12; slot++) {
      world.begin();
      const results = world.end(world.agents.map(() => world.initialAction));
      rewards.push(...results.map(({ reward }) => reward));
    }
    const equal = createBuiltInPolicy("equal", scenario, 5);
    if (equal === undefined) throw new Error("no policy");
    const { rewardMs } = await evaluate(scenario, equal, 12, 5);
    expect(rewards.reduce((sum, value) => sum + value, 0) / rewards.length).toBeCloseTo(
      rewardMs,
      12,
    );
  });

  it("says nothing of an access point without users, and keeps observations in the space", () => {
    const mobility = { model: "random-waypoint", maxSpeedMPerS: 30 };
    const world = simulator({ scenario: { usersPerAccessPoint: 1, slotMs: 500, mobility } });
    const { high } = world.description.spaces.observation;
    let idle = 0;
    for (let slot = 0; slot < 40; slot++) {
      const observations = world.begin();
      const results = world.end(world.agents.map(() => world.initialAction));
      for (const [b, { reward, performance, references }] of results.entries()) {
        const observation = observations[b] ?? [];
        expect(observation.every((value, i) => value <= (high[i] ?? 0))).toBe(true);
        expect(Number.isFinite(reward)).toBe(true);
        if (observation.some((value) => value > 0)) continue;
        idle++;
        expect([performance, references.optimal]).toEqual([{}, {}]);
      }
    }
    expect(idle).toBeGreaterThan(0);
  });

  it("refuses references and numbers of access points that a scenario rules out", () => {
    const scenario = queues;
    expect(fault({ scenario, references: ["optimal"] })).toMatch(
      /optimal: .*couple cells and slots/,
    );
    expect(fault({ scenario, accessPoints: 65 })).toMatch(/at most 64 access points, received 65/);
    expect(fault({ scenario, references: ["equal"] })).toBe("");
  });
});

import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { ActionRewards } from "../../../../core/slicing/action-rewards.ts";
import { allocationOf, createActionSpace } from "../../../../core/slicing/action-space.ts";
import { accessPointOutcome } from "../../../../core/slicing/outcome.ts";
import {
  builtInPolicies,
  createBuiltInPolicy,
  possiblePolicies,
} from "../../../../core/slicing/policies.ts";
import { reward } from "../../../../core/slicing/reward.ts";
import { paperScenario, slicingScenarioSchema } from "../../../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../../../core/slicing/simulation.ts";

const space = createActionSpace(paperScenario);
const slots = (count: number, seed: number) => {
  const simulation = new SlicingSimulation(paperScenario, seed);
  return Array.from({ length: count }, () => simulation.next()).flat();
};

describe("the joint action space", () => {
  it("has 136 × 136 actions that each use the whole budget", () => {
    expect(space.size).toBe(18_496);
    for (let action = 0; action < space.size; action += 97) {
      const allocation = allocationOf(space, action);
      expect(allocation.slice(0, 3).reduce((a, b) => a + b)).toBe(18);
      expect(allocation.slice(3).reduce((a, b) => a + b)).toBe(18);
      expect(Math.min(...allocation)).toBeGreaterThanOrEqual(1);
    }
  });
});

describe("ActionRewards", () => {
  it("agrees with the model for actions drawn at random", () => {
    const random = createRandom(3);
    const rewards = new ActionRewards(paperScenario, space);
    for (const { users } of slots(5, 11)) {
      const values = new Float64Array(space.size);
      rewards.addTo(values, users);
      for (let draw = 0; draw < 50; draw++) {
        const action = random.integer(space.size);
        const outcome = accessPointOutcome(paperScenario, users, allocationOf(space, action));
        expect(values[action]).toBeCloseTo(reward(paperScenario, outcome, "ms"), 12);
      }
    }
  });
});

describe.each(builtInPolicies)("policy %s", (name) => {
  it("stays inside the budgets and above one block", async () => {
    const policy = createBuiltInPolicy(name, paperScenario, 5);
    for (const { observation, users } of slots(name === "observation-optimal" ? 1 : 20, 12)) {
      const allocation = Array.from((await policy?.decide(observation, users)) ?? []);
      expect(allocation).toHaveLength(6);
      expect(Math.min(...allocation)).toBeGreaterThanOrEqual(1);
      expect(allocation.slice(0, 3).reduce((a, b) => a + b)).toBe(18);
      expect(allocation.slice(3).reduce((a, b) => a + b)).toBe(18);
    }
  });
});

describe("the optimal policy", () => {
  it("is never below another policy on the same slot", async () => {
    const optimal = createBuiltInPolicy("optimal", paperScenario, 1);
    const sqrtLoad = createBuiltInPolicy("sqrt-load", paperScenario, 1);
    for (const { observation, users } of slots(25, 13)) {
      const value = async (policy: typeof optimal) => {
        const allocation = Float64Array.from((await policy?.decide(observation, users)) ?? []);
        return reward(paperScenario, accessPointOutcome(paperScenario, users, allocation), "ms");
      };
      expect(await value(optimal)).toBeGreaterThanOrEqual((await value(sqrtLoad)) - 1e-12);
    }
  });

  it("says that it needs the channels when it gets an observation alone", () => {
    const optimal = createBuiltInPolicy("optimal", paperScenario, 1);
    expect(() => optimal?.decide(new Float64Array(6))).toThrow(/channels of the slot/);
  });
});

describe("createBuiltInPolicy", () => {
  it("knows no policy by an inherited property's name", () => {
    expect(createBuiltInPolicy("constructor", paperScenario, 1)).toBeUndefined();
  });

  it("refuses an oracle that a scenario leaves without its meaning", () => {
    const interference = slicingScenarioSchema.parse({ interference: {} });
    const mobility = slicingScenarioSchema.parse({ mobility: { model: "gauss-markov" } });
    expect(() => createBuiltInPolicy("optimal", interference, 1)).toThrow(/couple cells and slots/);
    expect(() => createBuiltInPolicy("observation-optimal", mobility, 1)).toThrow(/users at rest/);
    expect(createBuiltInPolicy("optimal", mobility, 1)?.name).toBe("optimal");
    expect(possiblePolicies(interference)).toEqual([
      "random",
      "equal",
      "load-proportional",
      "sqrt-load",
    ]);
  });
});

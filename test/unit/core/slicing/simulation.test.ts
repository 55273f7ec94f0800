import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { allocationOf, createActionSpace } from "../../../../core/slicing/action-space.ts";
import { accessPointOutcome } from "../../../../core/slicing/outcome.ts";
import { equalAllocation } from "../../../../core/slicing/policies/equal.ts";
import {
  paperScenario,
  type SlicingScenario,
  slicingScenarioSchema,
} from "../../../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../../../core/slicing/simulation.ts";

const space = createActionSpace(paperScenario);
const equal = new Array<Float64Array>(4).fill(equalAllocation(paperScenario));
const skewed = new Array<Float64Array>(4).fill(Float64Array.of(1, 1, 16, 16, 1, 1));
const scenarioWith = (options: Record<string, unknown>) => slicingScenarioSchema.parse(options);
const mobility = { model: "random-waypoint", maxSpeedMPerS: 30 };
const everything = scenarioWith({
  usersPerAccessPoint: 6,
  mobility,
  interference: {},
  arrivals: { model: "bursty" },
});

/** The drawn users of so many slots under the same allocations in each. */
function drawn(scenario: SlicingScenario, allocations: readonly Float64Array[], slots: number) {
  const simulation = new SlicingSimulation(scenario, 9);
  return Array.from({ length: slots }, () => {
    const users = simulation.next().map((slot) => slot.users);
    const outcomes = simulation.apply(allocations);
    return { users, outcomes };
  });
}

describe("SlicingSimulation", () => {
  it("draws the users of an episode between the fewest and the most", () => {
    const scenario = {
      ...paperScenario,
      accessPoints: 1,
      episodeSlots: 2,
      usersPerAccessPoint: 5,
      fewestUsersPerAccessPoint: 3,
    };
    const simulation = new SlicingSimulation(scenario, 1);
    const counts = Array.from({ length: 200 }, () => simulation.next()[0]?.users.length);
    expect(new Set(counts)).toEqual(new Set([3, 4, 5]));
    for (let slot = 0; slot < counts.length; slot += 2) expect(counts[slot + 1]).toBe(counts[slot]);
  });

  it("brings what the paper's equations say where no option is set", () => {
    for (const { users, outcomes } of drawn(paperScenario, skewed, 20)) {
      const expected = users.map((cell, b) =>
        accessPointOutcome(paperScenario, cell, skewed[b] as Float64Array),
      );
      expect(outcomes).toEqual(expected);
    }
  });

  it("draws the same users, slices and gains with interference as without", () => {
    const plain = drawn(paperScenario, equal, 5);
    const interfered = drawn(scenarioWith({ interference: {} }), equal, 5);
    for (const [slot, { users }] of interfered.entries()) {
      expect(users.flat().map(({ cross, ...user }) => user)).toEqual(plain[slot]?.users.flat());
    }
  });

  it("draws the same arrivals and gains whatever is allocated", () => {
    const fresh = (allocations: readonly Float64Array[]) =>
      drawn(everything, allocations, 40).map(({ users }) =>
        users.map((cell) => cell.filter(({ tasks }) => tasks !== 0)),
      );
    expect(fresh(skewed)).toEqual(fresh(equal));
  });

  it("repeats itself with the same seed under every option", () => {
    expect(drawn(everything, equal, 30)).toEqual(drawn(everything, equal, 30));
  });

  it("with new tasks alone, all done within the slot, brings the paper's outcome", () => {
    const scenario = scenarioWith({
      usersPerAccessPoint: 2,
      arrivals: { model: "poisson", tasksPerUserSlot: 0.3 },
    });
    let compared = 0;
    for (let seed = 0; seed < 40; seed++) {
      const simulation = new SlicingSimulation(scenario, seed);
      const slots = simulation.next();
      const outcomes = simulation.apply(equal);
      for (const [b, { users }] of slots.entries()) {
        const outcome = outcomes[b];
        if (users.some(({ tasks }) => tasks !== 1) || outcome?.tasks?.completed !== users.length) {
          continue;
        }
        const { meanDelayMs, satisfaction } = accessPointOutcome(
          scenario,
          users,
          equal[b] as Float64Array,
        );
        expect(outcome).toMatchObject({ meanDelayMs, satisfaction });
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(20);
  });

  it("counts every task once: done, refused, given up, or still there", () => {
    const scenario = scenarioWith({ arrivals: { model: "poisson", tasksPerUserSlot: 3 } });
    const simulation = new SlicingSimulation(scenario, 3);
    let left = 0;
    let arrived = 0;
    for (let slot = 0; slot < 50; slot++) {
      simulation.next();
      for (const outcome of simulation.apply(skewed)) {
        const { tasks } = outcome ?? {};
        arrived += tasks?.arrived ?? 0;
        left += (tasks?.completed ?? 0) + (tasks?.refused ?? 0) + (tasks?.expired ?? 0);
      }
    }
    const waiting = 4 * 20 * 3 * 8;
    expect(arrived - left).toBeGreaterThan(0);
    expect(arrived - left).toBeLessThanOrEqual(waiting);
  });

  it("has no outcome where nobody asks for anything, and numbers everywhere else", () => {
    const scenario = scenarioWith({ usersPerAccessPoint: 1, slotMs: 500, mobility });
    const random = createRandom(2);
    const simulation = new SlicingSimulation(scenario, 4);
    let idle = 0;
    for (let slot = 0; slot < 200; slot++) {
      const slots = simulation.next();
      const allocations = slots.map(() => allocationOf(space, random.integer(space.size)));
      for (const [b, outcome] of simulation.apply(allocations).entries()) {
        expect(outcome === undefined).toBe(slots[b]?.users.length === 0);
        idle += outcome === undefined ? 1 : 0;
        expect(Number.isFinite(outcome?.meanDelayMs ?? 0)).toBe(true);
        expect(slots[b]?.observation.every((value) => value >= 0)).toBe(true);
      }
    }
    expect(idle).toBeGreaterThan(50);
  });

  it("shows what is left of a slot's tasks in the next observation", () => {
    const scenario = scenarioWith({
      accessPoints: 1,
      arrivals: { model: "poisson", tasksPerUserSlot: 2 },
    });
    const served = new SlicingSimulation(scenario, 6);
    const starved = new SlicingSimulation(scenario, 6);
    const [first] = [served.next(), starved.next()];
    served.apply(equal.slice(0, 1));
    starved.apply(skewed.slice(0, 1));
    expect(first[0]?.users.length).toBeGreaterThan(0);
    const sums = [served, starved].map((simulation) => simulation.next()[0]?.observation[1] ?? 0);
    expect(sums[1]).toBeGreaterThan(sums[0] as number);
    starved.startEpisode();
    expect(starved.next()[0]?.users.every(({ tasks }) => tasks !== 0)).toBe(true);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { allocationOf, createActionSpace } from "../../../../core/slicing/action-space.ts";
import { accessPointOutcome } from "../../../../core/slicing/outcome.ts";
import { createOptimalPolicy } from "../../../../core/slicing/policies/optimal.ts";
import { reward } from "../../../../core/slicing/reward.ts";
import {
  paperScenario,
  type SlicingScenario,
  slicingScenarioSchema,
} from "../../../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../../../core/slicing/simulation.ts";
import { SlotBound } from "../../../../core/slicing/slot-bound.ts";

/** 4 blocks of each resource over 3 slices: 9 joint actions. */
const tight = { bandwidthMhz: 8, computeKmcPerS: 200, usersPerAccessPoint: 4, accessPoints: 3 };

describe("SlotBound", () => {
  it("is the optimum where nothing couples cells or slots", () => {
    const bound = new SlotBound(paperScenario);
    const optimal = createOptimalPolicy(paperScenario, createActionSpace(paperScenario));
    for (const { users, observation } of new SlicingSimulation(paperScenario, 2).next()) {
      const allocation = Float64Array.from(optimal.decide(observation, users) as Float64Array);
      const best = reward(
        paperScenario,
        accessPointOutcome(paperScenario, users, allocation),
        "ms",
      );
      expect(bound.of(users)).toBeCloseTo(best, 12);
    }
  });

  it("is undefined where a slot brings no new task", () => {
    const bound = new SlotBound(slicingScenarioSchema.parse({ arrivals: { model: "poisson" } }));
    expect(bound.of([])).toBeUndefined();
    expect(bound.of([{ slice: 0, uplinkGain: 1, downlinkGain: 1, tasks: 0 }])).toBeUndefined();
  });

  it("is not exceeded in any slot, by any allocation, under any option", () => {
    let waitingAlone = 0;
    fc.assert(
      fc.property(scenarios, fc.nat(), (scenario, seed) => {
        const slots = boundedSlots(scenario, seed);
        const limits = slots.flatMap(({ limit }) => limit ?? []);
        // A slot with waiting tasks alone has no bound of its own, and never lifts a mean above it.
        const least = Math.min(...limits);
        for (const { worth, limit } of slots) {
          expect(worth).toBeLessThanOrEqual((limit ?? least) + 1e-12);
          waitingAlone += limit === undefined ? 1 : 0;
        }
      }),
      { numRuns: 60 },
    );
    expect(waitingAlone).toBeGreaterThan(0);
  });
});

const rate = fc.double({ min: 0.05, max: 3, noNaN: true });
const option = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const scenarios = fc
  .record({
    reward: fc.record({ delayUnit: fc.constantFrom("ms", "slot") }),
    slotMs: fc.constantFrom(4, 8.5, 10),
    mobility: option(fc.constant({ model: "gauss-markov", meanSpeedMPerS: 500 })),
    interference: option(fc.record({ activity: fc.constantFrom(1e-6, 0.01, 1) })),
    arrivals: option(
      fc.oneof(
        fc.record({ model: fc.constant("poisson"), tasksPerUserSlot: rate }),
        fc.record({ model: fc.constant("bursty"), maxQueuedTasks: fc.integer({ min: 1, max: 3 }) }),
      ),
    ),
  })
  .map((options) => slicingScenarioSchema.parse({ ...tight, ...options }));

/** What random allocations are worth in each slot of an access point with demand, and its bound. */
function boundedSlots(scenario: SlicingScenario, seed: number) {
  const space = createActionSpace(scenario);
  const random = createRandom(seed);
  const simulation = new SlicingSimulation(scenario, seed);
  const bound = new SlotBound(scenario);
  return Array.from({ length: 12 }, () => {
    const limits = simulation.next().map(({ users }) => bound.of(users));
    const allocations = limits.map(() => allocationOf(space, random.integer(space.size)));
    return simulation.apply(allocations).flatMap((outcome, b) => {
      if (outcome === undefined) return [];
      const worth = reward(scenario, outcome, scenario.reward.delayUnit);
      return [{ worth, limit: limits[b] }];
    });
  }).flat();
}

import { describe, expect, it } from "vitest";
import { dualBound, lowerBound } from "../../../../core/energy/bounds.ts";
import { placeTasks } from "../../../../core/energy/placement.ts";
import { dualRepair } from "../../../../core/energy/policies/dual-repair.ts";
import { greedyAllocation } from "../../../../core/energy/policies/greedy.ts";
import { randomAllocation } from "../../../../core/energy/policies/random-allocation.ts";
import { defaultSweep } from "../../../../core/energy/sweep.ts";
import { taskCost } from "../../../../core/energy/task-cost.ts";
import { createRandom } from "../../../../core/random.ts";
import { drawnSlot, outcomeOf, scenario } from "./drawn.ts";

const steps = { powerW: 0.05, frequencyHz: 0.05e9 };

describe("the bounds", () => {
  it.each([
    [20, 1],
    [50, 2],
    [70, 3],
    [80, 4],
  ])("lie below every feasible decision for %i tasks", (tasks, seed) => {
    const slot = drawnSlot(tasks, seed);
    const lower = lowerBound(scenario, slot);
    const dual = dualBound(scenario, slot);
    expect(dual.meanEnergyJ).toBeGreaterThanOrEqual(lower.meanEnergyJ);
    const found = [
      greedyAllocation(scenario, slot, steps).decisions,
      randomAllocation(scenario, slot, createRandom(seed)).decisions,
      placeTasks(scenario, slot, defaultSweep),
      dualRepair(scenario, slot).decisions,
    ].map((decisions) => outcomeOf(slot, decisions));
    const feasible = found.filter(({ violated }) => violated.length === 0);
    expect(feasible.length).toBeGreaterThan(1);
    for (const { meanEnergyJ } of feasible) {
      expect(meanEnergyJ).toBeGreaterThanOrEqual(dual.meanEnergyJ * (1 - 1e-9));
    }
  });

  it("are the same, without prices, where the lower bound's decisions are feasible", () => {
    const slot = drawnSlot(15);
    const dual = dualBound(scenario, slot);
    expect(dual).toMatchObject({
      iterations: 0,
      meanEnergyJ: lowerBound(scenario, slot).meanEnergyJ,
    });
    expect(outcomeOf(slot, dual.decisions).violated).toEqual([]);
  });

  it("part where shared limits are scarce", () => {
    const slot = drawnSlot(88, 5);
    const lower = lowerBound(scenario, slot);
    const dual = dualBound(scenario, slot);
    expect(outcomeOf(slot, lower.decisions).violated).not.toEqual([]);
    expect(dual.meanEnergyJ).toBeGreaterThan(1.0005 * lower.meanEnergyJ);
    expect(Math.max(...dual.prices.frequency, ...dual.prices.power)).toBeGreaterThan(0);
  });

  it("are not beaten by a fine search over one task's decisions", () => {
    const slot = drawnSlot(6, 9);
    const { decisions } = lowerBound(scenario, slot);
    for (const [k, task] of slot.tasks.entries()) {
      const decided = decisions[k] as (typeof decisions)[number];
      const cost = (decision: typeof decided) => {
        const site = slot.gateways[decision.gateway];
        if (site === undefined) throw new RangeError("no such gateway");
        const { computeJ, transmitJ, totalS } = taskCost(scenario, task, site, decision);
        return totalS <= task.deadlineS * (1 + 1e-9) ? computeJ + transmitJ : Infinity;
      };
      const searched = task.reachable.flatMap((gateway) =>
        Array.from({ length: 101 * 101 }, (_, i) =>
          cost({
            gateway,
            powerW: 0.5 + 0.005 * (i % 101),
            frequencyHz: 1e9 + 1e7 * Math.floor(i / 101),
          }),
        ),
      );
      expect(cost(decided)).toBeLessThanOrEqual(Math.min(...searched) * (1 + 1e-9));
      expect(cost(decided)).toBeGreaterThan(0.95 * Math.min(...searched));
    }
  });
});

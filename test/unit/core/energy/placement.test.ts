import { describe, expect, it } from "vitest";
import { feasibleStart, placeTasks } from "../../../../core/energy/placement.ts";
import { greedyAllocation } from "../../../../core/energy/policies/greedy.ts";
import { defaultSweep } from "../../../../core/energy/sweep.ts";
import { drawnSlot, outcomeOf, scenario } from "./drawn.ts";

const steps = { powerW: defaultSweep.powerStepW, frequencyHz: defaultSweep.frequencyStepHz };

describe("placeTasks", () => {
  it("finds a feasible placement wherever the greedy allocation does, and where it does not", () => {
    let beyond = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const slot = drawnSlot(75, seed);
      const greedy = greedyAllocation(scenario, slot, steps);
      const placed = outcomeOf(slot, placeTasks(scenario, slot, defaultSweep));
      if (greedy.feasible) expect(placed.violated).toEqual([]);
      else if (placed.violated.length === 0) beyond++;
    }
    expect(beyond).toBeGreaterThan(2);
  });

  it("keeps every deadline even where no placement fits", () => {
    const slot = drawnSlot(140);
    const { violated } = outcomeOf(slot, placeTasks(scenario, slot, defaultSweep));
    expect(violated).toContain("server-frequency");
    expect(violated).not.toContain("deadline");
  });
});

describe("feasibleStart", () => {
  it("raises power and frequency towards the middle as far as there is room", () => {
    const few = feasibleStart(scenario, drawnSlot(10), defaultSweep);
    for (const { powerW, frequencyHz } of few) {
      expect(powerW).toBeGreaterThan(0.749);
      expect(frequencyHz).toBeGreaterThanOrEqual(1.5e9);
    }
    const slot = drawnSlot(80, 2);
    const many = feasibleStart(scenario, slot, defaultSweep);
    expect(outcomeOf(slot, many).violated).toEqual([]);
    const meanHz = many.reduce((sum, { frequencyHz }) => sum + frequencyHz, 0) / many.length;
    expect(meanHz).toBeGreaterThan(1.1e9);
    expect(meanHz).toBeLessThan(1.3e9);
  });
});

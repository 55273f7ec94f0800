import { describe, expect, it } from "vitest";
import { evaluateEnergy } from "../../../../core/energy/evaluation.ts";
import { builtInEnergyPolicy, type EnergyAllocator } from "../../../../core/energy/policies.ts";
import { drawnSlot, scenario } from "./drawn.ts";

const options = { tasks: 50, draws: 4, seed: 7, withDualBound: false };

/** A clock that goes on by one at every look. */
function ticking() {
  let now = 0;
  return () => now++;
}

const evaluate = (name: string, over: object = {}) =>
  evaluateEnergy(
    scenario,
    { name, allocate: builtInEnergyPolicy(name) as EnergyAllocator },
    { ...options, nowMs: ticking(), ...over },
  );

describe("evaluateEnergy", () => {
  it("gives the same numbers for a seed", async () => {
    const greedy = await evaluate("greedy");
    expect(greedy).toMatchObject({ policy: "greedy", tasks: 50, draws: 4, seed: 7, feasible: 4 });
    expect(greedy.meanEnergyJ).toBeCloseTo(0.290254314, 6);
    expect(greedy.lowerBoundJ).toBeCloseTo(0.283729304, 6);
    expect(greedy.decisionMs).toBe(1);
    expect(await evaluate("greedy")).toEqual(greedy);
    expect((await evaluate("greedy", { seed: 8 })).meanEnergyJ).not.toBe(greedy.meanEnergyJ);
  });

  it("puts the lower bound's own decisions at the bound", async () => {
    const bound = await evaluate("lower-bound", { tasks: 20, withDualBound: true });
    expect(bound.gap).toBeCloseTo(0, 12);
    expect(bound.dualBoundJ).toBe(bound.lowerBoundJ);
    expect(bound.meanPowerW).toBeLessThan(0.52);
  });

  it("counts draws that are not feasible and leaves them out of the means", async () => {
    const none = await evaluate("random", { tasks: 95, draws: 1 });
    expect(none).toMatchObject({ feasible: 0, meanEnergyJ: null, gap: null, steps: null });
    expect(none.lowerBoundJ).toBeGreaterThan(0.2);
  });

  it("draws the tasks of a smaller slot first", () => {
    expect(drawnSlot(20).tasks.slice(0, 10)).toEqual(drawnSlot(10).tasks);
  });
});

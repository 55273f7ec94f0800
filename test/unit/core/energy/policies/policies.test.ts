import { describe, expect, it } from "vitest";
import { dualBound } from "../../../../../core/energy/bounds.ts";
import { dualRepair } from "../../../../../core/energy/policies/dual-repair.ts";
import { stepsToSettle } from "../../../../../core/energy/policies/energy-run.ts";
import { greedyAllocation } from "../../../../../core/energy/policies/greedy.ts";
import { defaultSwarm, particleSwarm } from "../../../../../core/energy/policies/particle-swarm.ts";
import { randomAllocation } from "../../../../../core/energy/policies/random-allocation.ts";
import { builtInEnergyPolicies, builtInEnergyPolicy } from "../../../../../core/energy/policies.ts";
import { createRandom } from "../../../../../core/random.ts";
import { drawnSlot, outcomeOf, scenario } from "../drawn.ts";

const slot = drawnSlot(40, 5);
const swarm = { ...defaultSwarm, particles: 8, iterations: 15 };

describe("the built-in energy policies", () => {
  it.each(builtInEnergyPolicies.filter((name) => name !== "pso"))(
    "decide every task, as %s",
    async (name) => {
      const run = await builtInEnergyPolicy(name)?.(scenario, slot, createRandom(1));
      expect(run?.decisions).toHaveLength(40);
      expect(run?.feasible).toBe(outcomeOf(slot, run?.decisions ?? []).violated.length === 0);
    },
  );

  it("have no others", () => {
    expect(builtInEnergyPolicy("toString")).toBeUndefined();
  });
});

describe("RA", () => {
  it("keeps all constraints, costs much and depends on its chance alone", () => {
    const run = randomAllocation(scenario, slot, createRandom(1));
    const outcome = outcomeOf(slot, run.decisions);
    expect(outcome.violated).toEqual([]);
    expect(outcome.meanEnergyJ).toBeGreaterThan(1.5 * dualBound(scenario, slot).meanEnergyJ);
    expect(randomAllocation(scenario, slot, createRandom(1))).toEqual(run);
    expect(randomAllocation(scenario, slot, createRandom(2))).not.toEqual(run);
  });

  it("gives up where random decisions cannot fit", () => {
    const run = randomAllocation(scenario, drawnSlot(95), createRandom(1));
    expect(run.feasible).toBe(false);
    expect(run.decisions).toHaveLength(95);
  });
});

describe("GA", () => {
  it("raises no further than a deadline asks for", () => {
    const steps = { powerW: 0.05, frequencyHz: 0.05e9 };
    const { decisions } = greedyAllocation(scenario, slot, steps);
    expect(outcomeOf(slot, decisions).violated).toEqual([]);
    const raised = decisions.filter(({ powerW }) => powerW > scenario.powerW[0]);
    expect(raised.length).toBeGreaterThan(0);
    for (const [k, decision] of decisions.entries()) {
      if (decision.powerW === scenario.powerW[0]) continue;
      const lower = decisions.map((other, i) =>
        i === k
          ? {
              ...decision,
              powerW: decision.powerW - steps.powerW,
              frequencyHz: decision.frequencyHz - steps.frequencyHz,
            }
          : other,
      );
      expect(outcomeOf(slot, lower).violated).toContain("deadline");
    }
  });
});

describe("PSO", () => {
  it("improves on its random start and never gets worse", () => {
    const run = particleSwarm(scenario, slot, createRandom(3), swarm);
    const energies = run.meanEnergyJ.map((energy) => energy ?? Number.NaN);
    expect(energies).toHaveLength(swarm.iterations);
    for (const [i, energy] of energies.entries()) {
      if (i > 0) expect(energy).toBeLessThanOrEqual((energies[i - 1] as number) + 1e-12);
    }
    expect(energies.at(-1)).toBeLessThan(0.99 * (energies[0] as number));
    expect(outcomeOf(slot, run.decisions).meanEnergyJ).toBeCloseTo(energies.at(-1) ?? 0, 12);
  });
});

describe("dual repair", () => {
  it("is optimal where the limits leave room, and near the dual bound where they do not", () => {
    expect(outcomeOf(slot, dualRepair(scenario, slot).decisions).meanEnergyJ).toBeCloseTo(
      dualBound(scenario, slot).meanEnergyJ,
      12,
    );
    for (let seed = 1; seed <= 4; seed++) {
      const tight = drawnSlot(80, seed);
      const run = dualRepair(scenario, tight);
      const outcome = outcomeOf(tight, run.decisions);
      expect(outcome.violated).toEqual([]);
      expect(outcome.meanEnergyJ).toBeLessThan(1.02 * dualBound(scenario, tight).meanEnergyJ);
    }
  });
});

describe("stepsToSettle", () => {
  const run = { decisions: [], course: [] };

  it("counts until the energy stays within 1 % of its end", () => {
    expect(
      stepsToSettle({ ...run, feasible: true, meanEnergyJ: [2, null, 1.2, 1.009, 1.001, 1] }),
    ).toBe(4);
    expect(stepsToSettle({ ...run, feasible: true, meanEnergyJ: [1, 1] })).toBe(1);
  });

  it("is the whole run where no step was feasible", () => {
    expect(stepsToSettle({ ...run, feasible: false, meanEnergyJ: [null, null, null] })).toBe(3);
  });
});

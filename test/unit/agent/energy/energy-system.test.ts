import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEnergySystem } from "../../../../agent/energy/energy-system.ts";
import { drawEnergySlot } from "../../../../core/energy/draw.ts";
import { energyOutcome } from "../../../../core/energy/outcome.ts";
import { defaultEnergyScenario } from "../../../../core/energy/scenario.ts";
import type { Decision } from "../../../../core/energy/task.ts";
import {
  energyAction,
  energyDecisions,
  energyObservation,
  energySite,
} from "../../../../core/messages/bridge-energy.ts";
import { createRandom } from "../../../../core/random.ts";

const scenario = defaultEnergyScenario;
const site = energySite(scenario, 100);
const system = createEnergySystem({ site, slotMs: 800, drawnTasks: 20 });

function slotOf(tasks: number, seed = 1) {
  const slot = drawEnergySlot(scenario, tasks, createRandom(seed));
  return { slot, observation: energyObservation(site, slot.tasks) };
}

function bound(proposal: ArrayLike<number>, observation: Float64Array) {
  const bounded = system.envelope.bound(proposal, undefined, observation);
  if (!bounded.usable) throw new Error(`refused: ${bounded.reason}`);
  return bounded;
}

describe("the energy system's safe policy", () => {
  it("is feasible at K = 10 and at K = 50", () => {
    for (const tasks of [10, 50]) {
      const { slot, observation } = slotOf(tasks);
      const decisions = energyDecisions(system.safePolicy(observation), tasks);
      expect(energyOutcome(scenario, slot, decisions).violated).toEqual([]);
    }
  });

  it("decides for nothing while no tasks are known", () => {
    expect(Array.from(system.safePolicy(undefined))).toEqual(Array.from(energyAction(site, [])));
  });

  it("decides, inside the envelope, whatever numbers are observed", () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    const observed = fc.array(value, { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 120 }), observed, (count, values) => {
        const observation = new Float64Array(system.observationLength);
        observation.set([count, ...values]);
        const { action } = bound(system.safePolicy(observation), observation);
        expect(action.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the energy envelope", () => {
  it("passes feasible decisions as they are", () => {
    const { observation } = slotOf(50);
    const proposal = system.safePolicy(observation);
    expect(bound(proposal, observation)).toMatchObject({ altered: false });
  });

  it("refuses another length and numbers that are not finite", () => {
    const { observation } = slotOf(5);
    const proposal = Array.from(system.safePolicy(observation));
    const answers = [proposal.slice(3), proposal.with(4, Number.NaN)].map((values) =>
      system.envelope.bound(values, undefined, observation),
    );
    expect(answers).toEqual([
      { usable: false, reason: "wrong-length" },
      { usable: false, reason: "non-finite" },
    ]);
  });

  it("lets no gateway out of coverage and no power or frequency out of range, whatever is proposed", () => {
    const { slot, observation } = slotOf(8);
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -1, max: 12, noNaN: true }),
      fc.double({ min: 0, max: 3e9, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(number, { minLength: 24, maxLength: 24 }), (values) => {
        const proposal = energyAction(site, []);
        proposal.set(values);
        const decisions = energyDecisions(bound(proposal, observation).action, 8);
        const { violated } = energyOutcome(scenario, slot, decisions);
        for (const name of ["coverage", "power-range", "frequency-range"]) {
          expect(violated).not.toContain(name);
        }
      }),
    );
  });

  it("replaces decisions that exceed a shared limit by the safe ones", () => {
    const { slot, observation } = slotOf(60);
    const greedy: Decision[] = slot.tasks.map((task) => ({
      gateway: task.reachable[0] as number,
      powerW: 1,
      frequencyHz: 2e9,
    }));
    expect(energyOutcome(scenario, slot, greedy).violated).toContain("server-frequency");
    const { action, altered } = bound(energyAction(site, greedy), observation);
    expect(altered).toBe(true);
    expect(energyOutcome(scenario, slot, energyDecisions(action, 60)).violated).toEqual([]);
  });

  it("holds entries that belong to no task at the smallest power and frequency", () => {
    const { observation } = slotOf(2);
    const proposal = system.randomAction(createRandom(3));
    const { action } = bound(proposal, observation);
    expect(action.subarray(6)).toEqual(energyAction(site, []).subarray(6));
  });
});

describe("the energy system", () => {
  it("has the lower bound and greedy as policies, and no others", async () => {
    const { slot, observation } = slotOf(20);
    const energyOf = async (name: string) => {
      const action = await system.builtInPolicy(name, 1)?.decide(observation);
      return energyOutcome(scenario, slot, energyDecisions(action ?? [], 20)).meanEnergyJ;
    };
    expect(await energyOf("lower-bound")).toBeLessThan(await energyOf("greedy"));
    expect(system.builtInPolicy("toString", 1)).toBeUndefined();
  });

  it("draws the configured number of tasks, the same for the same seed", () => {
    const [first, second] = [system.drawnObservations(4), system.drawnObservations(4)];
    const observation = first();
    expect(observation[0]).toBe(20);
    expect(second()).toEqual(observation);
    expect(first()).not.toEqual(observation);
  });
});

import { describe, expect, it } from "vitest";
import { greedyAllocation } from "../../../../core/energy/policies/greedy.ts";
import { defaultEnergyScenario } from "../../../../core/energy/scenario.ts";
import {
  energyAction,
  energyDecisions,
  energySite,
  energySlotOf,
} from "../../../../core/messages/bridge-energy.ts";
import { simulatorConfigSchema } from "../../../../sim-bridge/config.ts";
import { actionFault } from "../../../../sim-bridge/run/action-fault.ts";
import { createSimulator } from "../../../../sim-bridge/simulators/create-simulator.ts";

const scenario = defaultEnergyScenario;
const site = energySite(scenario, 60);
const steps = { powerW: 0.05, frequencyHz: 0.05e9 };

function simulator(settings: Record<string, unknown> = {}) {
  const given = { system: "energy", accessPoints: 2, tasks: 20, maxTasks: 60, ...settings };
  return createSimulator(simulatorConfigSchema.parse(given));
}

/** GA's action for an observation, as an agent would compute it. */
function greedyAction(observation: readonly number[]): number[] {
  const slot = energySlotOf(site, observation);
  return Array.from(energyAction(site, greedyAllocation(scenario, slot, steps).decisions));
}

describe("the energy simulator", () => {
  it("gives every agent the tasks of its own area, padded with zeros", () => {
    const [first, second] = simulator().begin();
    expect(first).toHaveLength(361);
    expect(first?.[0]).toBe(20);
    expect(first?.slice(1, 121).every((value) => value > 0)).toBe(true);
    expect(first?.slice(121).every((value) => value === 0)).toBe(true);
    expect(second?.slice(1)).not.toEqual(first?.slice(1));
  });

  it("rewards the decisions of an action as the model does, beside its references", () => {
    const energy = simulator();
    const observations = energy.begin();
    const [result] = energy.end(observations.map(greedyAction));
    const { greedy, "lower-bound": bound } = result?.references ?? {};
    expect(result?.performance).toMatchObject({ ...greedy, feasible: 1 });
    expect(result?.reward).toBeCloseTo(scenario.maxEnergyJ - (greedy?.meanEnergyJ ?? 0), 12);
    expect(result?.performance.lowerBoundJ).toBe(bound?.meanEnergyJ);
    expect(bound?.meanEnergyJ).toBeLessThan(greedy?.meanEnergyJ ?? 0);
  });

  it("names the constraints that an action breaks, and rewards it with 0", () => {
    const energy = simulator();
    energy.begin();
    const [result] = energy.end([energy.initialAction, energy.initialAction]);
    expect(result?.reward).toBe(0);
    expect(result?.performance).toMatchObject({ feasible: 0, "violated-coverage": 1 });
  });

  it("takes every action within its box, whole or not, and no other", () => {
    const { description, initialAction } = simulator();
    const { action } = description.spaces;
    expect(actionFault(action, initialAction)).toBeUndefined();
    expect(actionFault(action, initialAction.with(1, 0.777))).toBeUndefined();
    expect(actionFault(action, initialAction.with(1, 1.01))).toContain("at 1");
    expect(actionFault(action, initialAction.with(0, 11))).toContain("at 0");
    expect(actionFault(action, initialAction.slice(1))).toContain("180 numbers");
  });

  it("draws the same slots again after a reset with its seed", () => {
    const energy = simulator({ seed: 5 });
    const first = energy.begin();
    expect(energy.begin()).not.toEqual(first);
    energy.reset(5);
    expect(energy.begin()).toEqual(first);
  });

  it("has slots as long as its longest deadline unless told otherwise", () => {
    expect(simulator().description.slotPeriodMs).toBe(800);
    expect(simulator({ slotPeriodMs: 50 }).description.slotPeriodMs).toBe(50);
  });

  it("is not configured with more tasks than its vectors have room for", () => {
    expect(() => simulator({ tasks: 61 })).toThrow("more tasks than maxTasks");
  });
});

describe("energy vectors", () => {
  it("bring decisions and tasks back as they went in", () => {
    const [observation = []] = simulator({ accessPoints: 1 }).begin();
    const slot = energySlotOf(site, observation);
    expect(slot.tasks).toHaveLength(20);
    expect(slot.tasks.every((task) => task.reachable.length > 0)).toBe(true);
    const { decisions } = greedyAllocation(scenario, slot, steps);
    expect(energyDecisions(energyAction(site, decisions), 20)).toEqual(decisions);
  });

  it("hold a number of tasks that cannot be within their room", () => {
    const observation = new Float64Array(361);
    for (const [count, tasks] of [
      [-3, 0],
      [2.7, 2],
      [1e9, 60],
    ]) {
      observation[0] = count as number;
      expect(energySlotOf(site, observation).tasks).toHaveLength(tasks as number);
    }
  });
});

import { describe, expect, it } from "vitest";
import { lowerBound } from "../../../../core/energy/bounds.ts";
import { demandOf, ownViolations, usageOf } from "../../../../core/energy/constraints.ts";
import { drawEnergySlot } from "../../../../core/energy/draw.ts";
import { energyOutcome } from "../../../../core/energy/outcome.ts";
import { cloudOptimum, deviceOptimum } from "../../../../core/energy/place-optimum.ts";
import { greedyPlaces } from "../../../../core/energy/policies/greedy-places.ts";
import { energyScenarioSchema } from "../../../../core/energy/scenario.ts";
import type { Decision, EnergySlot, Task } from "../../../../core/energy/task.ts";
import { taskCost } from "../../../../core/energy/task-cost.ts";
import { createRandom } from "../../../../core/random.ts";
import { drawnSlot, scenario as plain } from "./drawn.ts";

const scenario = energyScenarioSchema.parse({
  offloading: {
    uplinkPowerW: 0.2,
    deviceKappa: 1e-27,
    deviceFrequencyHz: [0.2e9, 1e9],
    cloudFrequencyHz: 5e9,
    cloudEnergyPerCycleJ: 2e-10,
    cloudLatencyS: 0.04,
    backhaulBitPerS: 1e9,
    backhaulEnergyPerBitJ: 1e-9,
  },
});

/** 100 m from its gateway; 1 MB up, 5 MB down, 300 Mcycles in 0.6 s. */
const gateway = { x: 0, y: 0, server: 0 };
const task = {
  ...{ x: 100, y: 0, reachable: [0] },
  ...{ inputBytes: 1e6, resultBytes: 5e6, storageBytes: 30e6, cycles: 300e6, deadlineS: 0.6 },
};

/** Worked out from 128.1 + 37.6 lg 0.1 = 90.5 dB and −174 dBm/Hz over 20 MHz. */
const snrPerW = 10 ** -9.05 / (10 ** -20.4 * 20e6);
const rate = (powerW: number) => 20e6 * Math.log2(1 + snrPerW * powerW);

describe("the cost of a place", () => {
  it("on the device is computing alone", () => {
    const decision = { place: "device", gateway: 0, powerW: 0, frequencyHz: 0.6e9 } as const;
    const cost = taskCost(scenario, task, gateway, decision);
    expect(cost.totalS).toBeCloseTo(0.5, 12);
    expect(cost.computeJ).toBeCloseTo(1e-27 * 3e8 * 3.6e17, 12);
    expect(cost.transmitJ).toBe(0);
    expect(ownViolations(scenario, task, decision, cost)).toEqual([]);
    expect(ownViolations(scenario, task, { ...decision, frequencyHz: 1.1e9 }, cost)).toEqual([
      "frequency-range",
    ]);
  });

  it("at the edge adds the way up", () => {
    const decision = { place: "edge", gateway: 0, powerW: 0.5, frequencyHz: 1e9 } as const;
    const cost = taskCost(scenario, task, gateway, decision);
    expect(cost.computeS).toBeCloseTo(0.3, 12);
    expect(cost.transmitS).toBeCloseTo(8e6 / rate(0.2) + 40e6 / rate(0.5), 9);
    expect(cost.transmitJ).toBeCloseTo((0.2 * 8e6) / rate(0.2) + (0.5 * 40e6) / rate(0.5), 9);
    expect(cost.computeJ).toBeCloseTo(0.15, 12);
  });

  it("in the cloud adds latency and both ways over the backhaul", () => {
    const decision = { place: "cloud", gateway: 0, powerW: 0.5, frequencyHz: 5e9 } as const;
    const cost = taskCost(scenario, task, gateway, decision);
    const airS = 8e6 / rate(0.2) + 40e6 / rate(0.5);
    expect(cost.totalS).toBeCloseTo(airS + 0.04 + 0.048 + 0.06, 9);
    expect(cost.computeJ).toBeCloseTo(0.06, 12);
    const airJ = (0.2 * 8e6) / rate(0.2) + (0.5 * 40e6) / rate(0.5);
    expect(cost.transmitJ).toBeCloseTo(airJ + 0.048, 9);
  });

  it("is what it was without offloading, whatever a task would send up", () => {
    const decision = { gateway: 0, powerW: 0.5, frequencyHz: 1e9 };
    const { inputBytes: _, ...without } = task;
    expect(taskCost(plain, task, gateway, decision)).toEqual(
      taskCost(plain, without, gateway, decision),
    );
    const slots = [plain, { ...plain, offloading: undefined }].map((drawn) =>
      drawEnergySlot(drawn, 5, createRandom(3)),
    );
    expect(slots[1]).toEqual(slots[0]);
    expect(Object.keys(slots[0]?.tasks[0] ?? {})).not.toContain("inputBytes");
  });
});

describe("what a place takes", () => {
  it("is nothing on the device, power in the cloud, and all at the edge", () => {
    const decision = { gateway: 0, powerW: 0.7, frequencyHz: 1e9 };
    expect(demandOf(task, { ...decision, place: "device" })).toEqual({
      ...{ storageBytes: 0, frequencyHz: 0, powerW: 0 },
    });
    expect(demandOf(task, { ...decision, place: "cloud" })).toEqual({
      ...{ storageBytes: 0, frequencyHz: 0, powerW: 0.7 },
    });
    const usage = usageOf({ gateways: [gateway], tasks: [task, task] }, [
      decision,
      { ...decision, place: "cloud" },
    ]);
    expect([...usage.serverFrequencyHz, ...usage.serverStorageBytes]).toEqual([1e9, 30e6]);
    expect(usage.gatewayPowerW[0]).toBeCloseTo(1.4, 12);
  });
});

describe("the best of a place", () => {
  it("on the device is as slow as the deadline allows", () => {
    const optimum = deviceOptimum(scenario, task);
    expect(optimum?.decision.frequencyHz).toBeCloseTo(0.5e9, 0);
    expect(optimum?.energyJ).toBeCloseTo(1e-27 * 3e8 * 0.25e18, 12);
    expect(deviceOptimum(scenario, { ...task, deadlineS: 0.29 })).toBeUndefined();
    expect(deviceOptimum(plain, task)).toBeUndefined();
  });

  it("in the cloud is the smallest power that meets the deadline", () => {
    const fixedS = 8e6 / rate(0.2) + 0.04 + 0.048 + 0.06;
    const tight = { ...task, deadlineS: fixedS + 40e6 / rate(0.8) };
    expect(cloudOptimum(scenario, tight, 0, gateway)?.decision.powerW).toBeCloseTo(0.8, 6);
    expect(cloudOptimum(scenario, task, 0, gateway)?.decision.powerW).toBe(0.5);
    const missed = { ...task, deadlineS: fixedS + 40e6 / rate(1.01) };
    expect(cloudOptimum(scenario, missed, 0, gateway)).toBeUndefined();
  });

  it("is below every decision of a grid over places, powers and frequencies", () => {
    const slot = drawEnergySlot(scenario, 12, createRandom(5));
    const bound = lowerBound(scenario, slot);
    expect(energyOutcome(scenario, slot, bound.decisions).meanEnergyJ).toBeCloseTo(
      bound.meanEnergyJ,
      12,
    );
    for (const [k, one] of slot.tasks.entries()) {
      const bestJ = ownCostJ(slot, one, bound.decisions[k]);
      expect(bestJ).toBeLessThan(Infinity);
      for (const decision of grid(one)) {
        expect(ownCostJ(slot, one, decision)).toBeGreaterThan(bestJ - 1e-9);
      }
    }
  });
});

/** Energy of a decision, or infinity where it breaks the task's own constraints. */
function ownCostJ(slot: EnergySlot, one: Task, decision: Decision | undefined): number {
  const site = slot.gateways[decision?.gateway ?? -1];
  if (decision === undefined || site === undefined) throw new Error("expected a decision");
  const cost = taskCost(scenario, one, site, decision);
  const broken = ownViolations(scenario, one, decision, cost).length > 0;
  return broken ? Infinity : cost.computeJ + cost.transmitJ;
}

const points = Array.from({ length: 21 }, (_, i) => i / 20);

/** Decisions of a task in every place, through every gateway it reaches. */
function grid(one: Task): Decision[] {
  const sent = one.reachable.flatMap((through) =>
    points.map((share) => ({ gateway: through, powerW: 0.5 + 0.5 * share })),
  );
  const edge = sent.flatMap((at) =>
    points.map((share) => ({ ...at, frequencyHz: 1e9 * (1 + share) })),
  );
  const cloud = sent.map((at) => ({ ...at, place: "cloud" as const, frequencyHz: 5e9 }));
  const device = points.map((share) => ({
    ...{ place: "device" as const, gateway: one.reachable[0] ?? 0, powerW: 0 },
    frequencyHz: 0.2e9 + 0.8e9 * share,
  }));
  return [...edge, ...cloud, ...device];
}

describe("greedy over places", () => {
  it("reaches the bound where there is room, and keeps limits where the bound's own decisions do not", () => {
    const small = drawEnergySlot(scenario, 20, createRandom(1));
    const greedy = greedyPlaces(scenario, small);
    expect(energyOutcome(scenario, small, greedy.decisions).meanEnergyJ).toBeCloseTo(
      lowerBound(scenario, small).meanEnergyJ,
      9,
    );
    const crowded = drawnSlot(75, 3);
    expect(
      energyOutcome(plain, crowded, lowerBound(plain, crowded).decisions).violated,
    ).not.toEqual([]);
    const kept = greedyPlaces(plain, crowded);
    expect(energyOutcome(plain, crowded, kept.decisions).violated).toEqual([]);
  });
});

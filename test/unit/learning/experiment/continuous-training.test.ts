import { describe, expect, it } from "vitest";
import { lowerBound } from "../../../../core/energy/bounds.ts";
import { pairInputs, runContinuous, writePair } from "../../../../core/energy/continuous-run.ts";
import { snrPerWatt } from "../../../../core/energy/link.ts";
import type { Gateway } from "../../../../core/energy/task.ts";
import { taskCost } from "../../../../core/energy/task-cost.ts";
import { continuousActorSchema } from "../../../../learning/algorithms/continuous-actor.ts";
import { trainContinuous } from "../../../../learning/experiment/continuous-training.ts";
import { Graph } from "../../../../learning/graph/graph.ts";
import { actorLayout, actorOutcome } from "../../../../learning/networks/continuous-actor.ts";
import { layoutSize, unpack } from "../../../../learning/networks/parameters.ts";
import {
  exportContinuousPolicy,
  isContinuousPolicy,
  openContinuousPolicy,
} from "../../../../learning/policy/continuous-policy.ts";
import { drawnSlot, outcomeOf, scenario } from "../../core/energy/drawn.ts";
import { compile } from "../run-graph.ts";
import { spread } from "../small.ts";

const config = continuousActorSchema.parse({ width: 16, batchSize: 64, learningRate: 5e-3 });

describe("the actor's model", () => {
  it("costs its decisions as the system does, and keeps their deadlines", async () => {
    const slot = drawnSlot(20);
    const pairs = new Float32Array(slot.tasks.length * pairInputs.length);
    for (const [k, task] of slot.tasks.entries()) {
      const site = slot.gateways[task.reachable[0] as number] as Gateway;
      const snrPerW = snrPerWatt(scenario, task, site);
      writePair(pairs, k * pairInputs.length, task, snrPerW, [0.1, 0.2]);
    }
    const graph = new Graph("float64");
    const layout = actorLayout(4);
    const flat = graph.constant(spread(layoutSize(layout), -0.5, 0.5), [layoutSize(layout)]);
    const input = graph.input("pairs", [slot.tasks.length, pairInputs.length]);
    const outcome = actorOutcome(scenario, unpack(layout, flat), input);
    for (const [name, value] of Object.entries(outcome)) graph.output(name, value);
    const run = await compile(graph);
    const results = await run({ pairs: [...pairs] });
    for (const [k, task] of slot.tasks.entries()) {
      const of = (name: string) => results[name]?.[k] as number;
      const gateway = task.reachable[0] as number;
      const decision = { gateway, powerW: of("powerW"), frequencyHz: 1e9 * of("frequencyGhz") };
      const cost = taskCost(scenario, task, slot.gateways[gateway] as Gateway, decision);
      expect(of("energyJ")).toBeCloseTo(cost.computeJ + cost.transmitJ, 6);
      const pricesJ = 0.1 * of("powerW") + 0.2 * of("frequencyGhz");
      expect(of("costJ") - of("energyJ")).toBeCloseTo(pricesJ, 6);
      if (of("missedS") === 0) expect(cost.totalS).toBeLessThan(task.deadlineS + 1e-6);
    }
  });
});

describe("trainContinuous", () => {
  it("comes within 4 % of the lower bound from its file, feasibly", async () => {
    const options = { scenario, config, updates: 500, seed: 1 };
    const { parameters } = await trainContinuous(options);
    const bytes = exportContinuousPolicy(scenario, config, parameters, { seed: 1 });
    expect(isContinuousPolicy(bytes)).toBe(true);
    const policy = await openContinuousPolicy(bytes);
    const slot = drawnSlot(50, 9);
    const { decisions } = await runContinuous(policy, scenario, slot);
    await policy.release();
    const { violated, meanEnergyJ } = outcomeOf(slot, decisions);
    expect(violated).toEqual([]);
    expect(meanEnergyJ).toBeLessThan(1.04 * lowerBound(scenario, slot).meanEnergyJ);
  });

  it("repeats itself with the same seed", async () => {
    const train = (seed: number) => trainContinuous({ scenario, config, updates: 5, seed });
    const [first, again, other] = [await train(1), await train(1), await train(2)];
    expect(again).toEqual(first);
    expect(other.parameters).not.toEqual(first.parameters);
  });
});

describe("runContinuous", () => {
  const asked = (powerW: number, frequencyGhz: number) => ({
    decide: (_: Float32Array, count: number) =>
      Promise.resolve(Array.from({ length: count }, () => [powerW, frequencyGhz]).flat()),
  });

  it("keeps every constraint of an actor that asks for too little or too much", async () => {
    const slot = drawnSlot(40, 2);
    for (const policy of [asked(0, 0), asked(9, 1)]) {
      const run = await runContinuous(policy, scenario, slot);
      expect(outcomeOf(slot, run.decisions).violated).toEqual([]);
    }
  });

  it("makes decisions that break shared limits feasible where prices and repair can", async () => {
    const slot = drawnSlot(80, 3);
    const run = await runContinuous(asked(0.5, 1), scenario, slot);
    expect(run.meanEnergyJ[0]).toBeNull();
    expect(outcomeOf(slot, run.decisions).violated).toEqual([]);
  });
});

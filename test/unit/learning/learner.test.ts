import { afterEach, describe, expect, it } from "vitest";
import { allocationOf, createActionSpace } from "../../../core/slicing/action-space.ts";
import { observe } from "../../../core/slicing/observation.ts";
import { createLearner } from "../../../learning/create-learner.ts";
import type { Learner } from "../../../learning/learner.ts";
import { verifyExport } from "../../../learning/policy/verify-export.ts";
import { smallConfig, smallProblem, smallScenario } from "./small.ts";

const space = createActionSpace(smallScenario);
const observation = observe(smallScenario, Float64Array.of(3, 2, 1));
const open: Learner[] = [];

async function learnerWith(over: Record<string, unknown>, seed = 1, start?: Learner) {
  const config = smallConfig(over);
  const options = { problem: smallProblem(config), config, seed };
  const learner = await createLearner(
    start === undefined ? options : { ...options, start: start.generatorWeights() },
  );
  open.push(learner);
  return learner;
}

function rememberMany(learner: Learner, rewardOf: (allocation: Float64Array) => number): void {
  for (let i = 0; i < 50; i++) {
    const action = allocationOf(space, (i * 37) % space.size);
    const reward = rewardOf(action);
    learner.remember({ observation, action, reward, nextObservation: observation });
  }
}

afterEach(async () => {
  for (const learner of open.splice(0)) await learner.close();
});

describe.each(["d3qn", "d3qn-gan"])("a %s learner", (algorithm) => {
  it("does not update before it holds a minibatch", async () => {
    const learner = await learnerWith({ algorithm, batchSize: 4 });
    const action = allocationOf(space, 0);
    const transition = { observation, action, reward: 1, nextObservation: observation };
    for (let i = 0; i < 3; i++) learner.remember(transition);
    expect(await learner.update()).toBeUndefined();
    learner.remember(transition);
    expect(await learner.update()).toMatchObject({ update: 1 });
  });

  it("learns which allocation pays", async () => {
    const learner = await learnerWith({
      algorithm,
      width: 16,
      discount: 0,
      batchSize: 16,
      generatorLearningRate: 0.01,
      adversarialWeight: 0.01,
    });
    rememberMany(learner, (allocation) => (allocation[2] as number) / 4);
    let tdLoss = 0;
    for (let i = 0; i < 400; i++) tdLoss = (await learner.update())?.tdLoss ?? 0;
    const { actions, values } = await learner.greedy([observation]);
    expect(tdLoss).toBeLessThan(0.02);
    expect(actions[0]?.[2]).toBe(4);
    expect(values[0]).toBeGreaterThan(0.6);
  });

  it("exports a policy that decides as it does, and starts again from it", async () => {
    const learner = await learnerWith({ algorithm });
    rememberMany(learner, () => 1);
    for (let i = 0; i < 5; i++) await learner.update();
    const problem = smallProblem(smallConfig({ algorithm }));
    const bytes = learner.exportPolicy({ seed: 1 });
    expect(await verifyExport(problem, learner, bytes)).toBeLessThan(1e-5);
    await learner.update();
    await expect(verifyExport(problem, learner, bytes)).rejects.toMatchObject({
      code: "MODEL_REFUSED",
    });
    const restarted = await learnerWith({ algorithm }, 2, learner);
    expect(restarted.generatorWeights()).toEqual(learner.generatorWeights());
  });

  it("repeats itself with the same seed", async () => {
    const weights = [];
    for (const seed of [1, 1, 2]) {
      const learner = await learnerWith({ algorithm, criticSteps: 2 }, seed);
      rememberMany(learner, () => 1);
      for (let i = 0; i < 3; i++) await learner.update();
      weights.push(learner.generatorWeights());
    }
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).not.toEqual(weights[0]);
  });
});

describe("a learner", () => {
  it("refuses transitions that it cannot use, without storing them", async () => {
    const learner = await learnerWith({ batchSize: 1 });
    const good = {
      observation,
      action: allocationOf(space, 5),
      reward: 1,
      nextObservation: observation,
    };
    expect(learner.remember({ ...good, reward: Number.NaN })).toBe(false);
    expect(learner.remember({ ...good, action: Float64Array.of(1, 1, 1, 1, 1, 1) })).toBe(false);
    expect(learner.remember({ ...good, nextObservation: observation.map(() => 1 / 0) })).toBe(
      false,
    );
    expect(learner.remember({ ...good, observation: observation.slice(1) })).toBe(false);
    expect(await learner.update()).toBeUndefined();
    expect(learner.remember(good)).toBe(true);
  });

  it("goes on from global weights and refuses ones that do not fit", async () => {
    const [learner, other, wider] = [
      await learnerWith({}, 1),
      await learnerWith({}, 2),
      await learnerWith({ width: 8 }, 3),
    ];
    const global = other.generatorWeights();
    learner.loadGenerator(global);
    expect(learner.generatorWeights()).toEqual(global);
    expect(await learner.greedy([observation])).toEqual(await other.greedy([observation]));
    expect(() => learner.loadGenerator(wider.generatorWeights())).toThrow(
      expect.objectContaining({ code: "WEIGHTS_INVALID" }),
    );
    expect(learner.generatorWeights()).toEqual(global);
  });

  it("stays near the weights it took over where FedProx holds it", async () => {
    const other = await learnerWith({ algorithm: "d3qn" }, 2);
    const global = other.generatorWeights();
    const distance = async (proximalWeight: number) => {
      const learner = await learnerWith({ algorithm: "d3qn", proximalWeight }, 1);
      learner.loadGenerator(global);
      rememberMany(learner, () => 5);
      for (let i = 0; i < 60; i++) await learner.update();
      const own = learner.generatorWeights();
      const parts = [...own].map(([name, { data }]) =>
        data.reduce((sum, x, i) => sum + (x - (global.get(name)?.data[i] ?? 0)) ** 2, 0),
      );
      return Math.sqrt(parts.reduce((a, b) => a + b, 0));
    };
    expect(await distance(10)).toBeLessThan(0.5 * (await distance(0)));
  });

  it("hands out copies of its weights", async () => {
    const learner = await learnerWith({});
    const weights = learner.generatorWeights();
    weights.get("generator.state.bias")?.data.fill(9);
    expect(learner.generatorWeights()).not.toEqual(weights);
  });

  it("bootstraps from the target network, which follows every few updates", async () => {
    const losses = [];
    for (const targetEveryUpdates of [1, 1000]) {
      const learner = await learnerWith({ algorithm: "d3qn", targetEveryUpdates, discount: 0.9 });
      rememberMany(learner, () => 1);
      for (let i = 0; i < 5; i++) losses.push((await learner.update())?.tdLoss);
    }
    expect(losses[5]).toBe(losses[0]);
    expect(losses.slice(6)).not.toEqual(losses.slice(1, 5));
  });
});

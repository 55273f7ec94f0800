import { afterEach, describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { adamRate } from "../../../../learning/algorithms/adam.ts";
import { createTrainingStep } from "../../../../learning/algorithms/create-training-step.ts";
import type { LearnerConfig } from "../../../../learning/algorithms/learner-config.ts";
import { generatorSpec } from "../../../../learning/networks/generator.ts";
import { drawParameters, stackedVector } from "../../../../learning/networks/parameters.ts";
import { ReplayMemory } from "../../../../learning/replay/replay-memory.ts";
import { openEngines } from "../../../../learning/runtime/open-engines.ts";
import { loadTensorFlow } from "../../../../learning/runtime/tfjs/tensorflow.ts";
import { TrainingBatch } from "../../../../learning/runtime/training-batch.ts";
import type {
  EngineName,
  Engines,
  TrainingEngine,
} from "../../../../learning/runtime/training-engine.ts";
import { smallConfig, smallProblem } from "../small.ts";

const agents = 2;
const opened: Engines[] = [];

afterEach(async () => {
  for (const engines of opened.splice(0)) await engines.close();
});

/** Transitions whose observations are 1 to 3 users a slice and whose rewards are about 1. */
function filledReplay(config: LearnerConfig): ReplayMemory {
  const { head, observationScale } = generatorSpec(smallProblem(config), config);
  const all = head.entriesOfAll();
  const random = createRandom(5);
  const replay = new ReplayMemory(200, observationScale.length, head.entriesPerAction, {
    kind: "oldest",
  });
  const observe = () => observationScale.map((scale) => (1 + random.integer(3)) / 6 / scale);
  for (let i = 0; i < 200; i++) {
    const action = random.integer(all.length / head.entriesPerAction) * head.entriesPerAction;
    replay.add({
      observation: observe(),
      entries: [...all.subarray(action, action + head.entriesPerAction)],
      reward: 0.5 + random.uniform(),
      nextObservation: observe(),
    });
  }
  return replay;
}

/** An engine after so many updates: the same start and batches whatever the engine. */
async function trained(name: EngineName, config: LearnerConfig, updates = 20) {
  const spec = generatorSpec(smallProblem(config), config);
  const step = createTrainingStep({ spec, config, agents, floatType: "float32" });
  const random = createRandom(7);
  const initial = new Map(
    [...step.networks].map(([network, layout]) => {
      const drawn = Array.from({ length: agents }, () => drawParameters(layout, random));
      return [network, stackedVector(layout, drawn)] as const;
    }),
  );
  const counts = [...step.steps.values()];
  const rates = counts.reduce((a, b) => a + b, 0);
  const batch = new TrainingBatch(spec, agents, step.minibatches * config.batchSize, rates);
  const engines = await openEngines({ engine: name }, { spec, config }, step, [
    { initial, batch: batch.inputs },
  ]);
  opened.push(engines);
  const engine = engines.engines[0] as TrainingEngine;
  const replay = filledReplay(config);
  let metrics: number[] = [];
  for (let update = 0; update < updates; update++) {
    for (let agent = 0; agent < agents; agent++) batch.fill(agent, replay, random);
    batch.setRates(
      counts.flatMap((count) =>
        Array.from({ length: count }, (_, i) =>
          adamRate(1e-3, update * count + i + 1, config.adam),
        ),
      ),
    );
    metrics = [...(await engine.run())];
    if (update % 5 === 4) engine.syncTarget();
  }
  return { step, initial, engine, metrics };
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((x, i) => x - (b[i] as number)));
}

/** How far two engines' weights are apart, as a share of how far the updates moved them. */
async function gap(onnxOf: Record<string, unknown>, tfjsOf: Record<string, unknown>) {
  const onnx = await trained("onnx", parityConfig(onnxOf));
  const tfjs = await trained("tfjs", parityConfig(tfjsOf));
  const shares = [...onnx.initial].map(([network, start]) => {
    const [mine, other] = [onnx.engine.state().get(network), tfjs.engine.state().get(network)];
    return (
      distance(mine as Float32Array, other as Float32Array) / distance(mine as Float32Array, start)
    );
  });
  const losses = onnx.metrics.map((x, i) => Math.abs(x - (tfjs.metrics[i] as number)));
  return { weights: Math.max(...shares), losses: Math.max(...losses) };
}

/**
 * ε is 1e-5: where a gradient vanishes by cancelling, as that of the bias of a unit that is active in
 * every row, the smaller default lets Adam make whole steps of what rounding leaves of it.
 */
const parityConfig = (over: Record<string, unknown>) =>
  smallConfig({
    width: 16,
    discriminatorWidth: 16,
    particles: 8,
    batchSize: 8,
    adam: { epsilon: 1e-5 },
    ...over,
  });

const cases: [string, Record<string, unknown>][] = [
  ["D3QN, slice", { algorithm: "d3qn" }],
  ["D3QN, slice, discount 0", { algorithm: "d3qn", discount: 0 }],
  ["D3QN, branching", { algorithm: "d3qn", head: "branching" }],
  ["D3QN, branching, discount 0", { algorithm: "d3qn", head: "branching", discount: 0 }],
  ["DDQL, joint", { algorithm: "ddql", head: "joint" }],
  ["DQL, joint", { algorithm: "dql", head: "joint" }],
  ["D3QN-GAN, slice", {}],
  ["D3QN-GAN, slice, discount 0", { discount: 0 }],
  ["D3QN-GAN, branching", { head: "branching", criticSteps: 3 }],
  ["D3QN-GAN, branching, discount 0", { head: "branching", discount: 0 }],
  ["D3QN-GAN, spread", { adversarialReach: "spread", adversarialWeight: 0.1 }],
];

describe("the tfjs engine", () => {
  it.each(cases)("gives the onnx engine's weights to 1e-5: %s", async (_, over) => {
    const { weights, losses } = await gap(over, over);
    expect(weights).toBeLessThan(1e-5);
    expect(losses).toBeLessThan(1e-5);
  });

  it("would show a penalty that is off by a thousandth", async () => {
    const { weights } = await gap({ gradientPenalty: 10 }, { gradientPenalty: 10.01 });
    expect(weights).toBeGreaterThan(5e-5);
  });

  it("stays near with the default ε, which lets rounding move some biases", async () => {
    const adam = { epsilon: 1e-8 };
    const { weights, losses } = await gap({ adam }, { adam });
    expect(weights).toBeLessThan(1e-2);
    expect(losses).toBeLessThan(1e-3);
  });

  it("leaves no tensor behind", async () => {
    const tf = await loadTensorFlow();
    const before = tf.memory().numTensors;
    await trained("tfjs", parityConfig({ criticSteps: 2 }), 3);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("goes on from another engine's state as that engine does", async () => {
    const [onnx, tfjs] = [
      await trained("onnx", parityConfig({}), 3),
      await trained("tfjs", parityConfig({}), 3),
    ];
    for (const [name, values] of onnx.engine.state()) tfjs.engine.state().get(name)?.set(values);
    await onnx.engine.run();
    await tfjs.engine.run();
    for (const [name, values] of onnx.engine.state()) {
      const other = tfjs.engine.state().get(name) as Float32Array;
      expect(distance(values, other) / Math.hypot(...values)).toBeLessThan(1e-6);
    }
  });

  it("refuses an adaptive learning rate before it starts", async () => {
    const config = parityConfig({ algorithm: "d3qn", adaptiveLearningRate: {} });
    await expect(trained("tfjs", config)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});

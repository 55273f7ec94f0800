import { describe, expect, it } from "vitest";
import { adamRate } from "../../../../learning/algorithms/adam.ts";
import { createTrainingStep } from "../../../../learning/algorithms/create-training-step.ts";
import type { LearnerConfig } from "../../../../learning/algorithms/learner-config.ts";
import type { TrainingStep } from "../../../../learning/algorithms/training-step.ts";
import { elementCount } from "../../../../learning/graph/shape.ts";
import { generatorSpec } from "../../../../learning/networks/generator.ts";
import { type Layout, layoutSize } from "../../../../learning/networks/parameters.ts";
import { compile, type Feeds } from "../run-graph.ts";
import { smallConfig, smallProblem, spread } from "../small.ts";

type Run = (feeds: Feeds) => Promise<Record<string, number[]>>;

/** A float64 training step with parameters and a batch to run it on. */
async function prepare(config: LearnerConfig) {
  const spec = generatorSpec(smallProblem(config), config);
  const step = createTrainingStep({ spec, config, agents: 1, floatType: "float64" });
  const rows = step.minibatches * config.batchSize;
  const users = (offset: number) =>
    Array.from({ length: rows }, (_, i) => [1, 2, 3, 3, 2, 1].map((n) => n + ((i + offset) % 3)));
  const raw = (counts: number[][]) =>
    counts.flatMap((row) => row.map((n, k) => n / (6 * (spec.observationScale[k] as number))));
  const entries = Array.from({ length: rows }, (_, i) =>
    [0, 1, 2].map((slice) => slice * 16 + ((i * 5 + slice) % 16)),
  );
  const feeds: Record<string, number[]> = {
    observation: raw(users(0)),
    nextObservation: raw(users(1)),
    entries: entries.flat(),
    reward: spread(rows, 0.5, 1.5),
    noise: spread(rows * spec.noiseDimension, 0, 1),
    mixing: spread(rows, 0.1, 0.9),
    rates: [...step.steps].flatMap(([, count]) => new Array<number>(count).fill(0)),
  };
  for (const [i, [name, layout]] of [...step.networks].entries()) {
    const size = layoutSize(layout);
    feeds[name] = spread(size, -0.7 + 0.1 * i, 0.9);
    feeds[`${name}.firstMoment`] = new Array<number>(size).fill(0);
    feeds[`${name}.secondMoment`] = new Array<number>(size).fill(0);
  }
  feeds.target = spread(feeds.generator?.length ?? 0, -0.8, 0.8);
  const run = await compile(step.graph);
  return { step, feeds, run: (given: Feeds) => run(withViews(step, given)) };
}

/** A step reads its networks as flat vectors and, the same numbers, tensor by tensor. */
function withViews({ networks }: TrainingStep, feeds: Feeds): Feeds {
  const views: Record<string, readonly number[]> = {};
  const cut = (name: string, layout: Layout) => {
    let start = 0;
    for (const parameter of layout) {
      const size = elementCount(parameter.shape);
      views[`${name}/${parameter.name}`] = (feeds[name] ?? []).slice(start, start + size);
      start += size;
    }
  };
  for (const [name, layout] of networks) cut(name, layout);
  cut("target", networks.get("generator") ?? []);
  return { ...feeds, ...views };
}

const epsilon = 1e-6;
/** About as many, evenly spread over the flat vector, are compared with finite differences. */
const checkedParameters = 80;

async function lossAt(run: Run, feeds: Feeds, loss: number, name: string, i: number, by: number) {
  const moved = (feeds[name] ?? []).map((x, k) => (k === i ? x + by : x));
  return (await run({ ...feeds, [name]: moved })).metrics?.[loss] as number;
}

/** Without history, a new first moment, kept as m / (1 − β₁), is the gradient. */
async function expectGradient(run: Run, feeds: Feeds, name: string, loss: number): Promise<number> {
  const moments = (await run(feeds))[`${name}.firstMoment.next`] as number[];
  let largest = 0;
  const stride = Math.ceil(moments.length / checkedParameters);
  for (let i = 0; i < moments.length; i += stride) {
    const up = await lossAt(run, feeds, loss, name, i, epsilon);
    const down = await lossAt(run, feeds, loss, name, i, -epsilon);
    const difference = (up - down) / (2 * epsilon);
    expect(moments[i] as number).toBeCloseTo(difference, 6);
    largest = Math.max(largest, Math.abs(difference));
  }
  return largest;
}

describe("the D3QN-GAN step", () => {
  it.each(["slice", "branching", "joint"] as const)(
    "moves the generator along the gradient of (12) with the %s head",
    async (head) => {
      const { step, feeds, run } = await prepare(smallConfig({ head }));
      if (head !== "slice") feeds.entries = entriesFor(head, feeds.reward?.length ?? 0);
      const loss = step.metrics.indexOf("generatorLoss");
      const frozen = { ...feeds, rates: [0, 1e-3] };
      expect(await expectGradient(run, frozen, "generator", loss)).toBeGreaterThan(1e-3);
    },
  );

  it("moves the discriminator along the gradient of (14), penalty included", async () => {
    const { step, feeds, run } = await prepare(smallConfig());
    const loss = step.metrics.indexOf("discriminatorLoss");
    expect(await expectGradient(run, feeds, "discriminator", loss)).toBeGreaterThan(1);
    const without = await prepare(smallConfig({ gradientPenalty: 0 }));
    const free = (await without.run(feeds)).metrics?.[loss] as number;
    expect((await run(feeds)).metrics?.[loss] as number).toBeGreaterThan(free + 0.1);
  });

  it("updates the discriminator first: the generator sees the new one", async () => {
    const { step, feeds, run } = await prepare(smallConfig({ criticSteps: 2 }));
    const loss = step.metrics.indexOf("generatorLoss");
    const before = (await run(feeds)).metrics?.[loss] as number;
    const after = (await run({ ...feeds, rates: [0.01, 0.01, 0] })).metrics?.[loss] as number;
    expect(after).not.toBeCloseTo(before, 4);
  });

  it("reaches the same numbers whatever the target when nothing is discounted", async () => {
    const { feeds, run } = await prepare(smallConfig({ discount: 0 }));
    const other = { ...feeds, target: spread(feeds.target?.length ?? 0, -0.1, 0.1) };
    expect((await run(other)).metrics).toEqual((await run(feeds)).metrics);
    const discounted = await prepare(smallConfig());
    const first = (await discounted.run(feeds)).metrics;
    expect((await discounted.run(other)).metrics).not.toEqual(first);
  });

  it("leaves the particles' mean to the temporal difference where it reaches only their spread", async () => {
    const offset = (await prepare(smallConfig())).step.networks.get("generator");
    const biasGradient = async (over: Record<string, unknown>) => {
      const { feeds, run } = await prepare(smallConfig(over));
      const moments = (await run(feeds))["generator.firstMoment.next"] as number[];
      let start = 0;
      for (const { name, shape } of offset ?? []) {
        if (name === "generator.value.output.bias") return moments.slice(start, start + 3);
        start += shape.reduce((a, b) => a * b, 1);
      }
      return [];
    };
    const total = (parts: readonly number[]) => parts.reduce((a, b) => a + b, 0);
    const without = await biasGradient({ adversarialWeight: 0 });
    const spread = await biasGradient({ adversarialReach: "spread" });
    const particles = await biasGradient({ adversarialReach: "particles" });
    expect(spread).toHaveLength(3);
    expect(total(spread)).toBeCloseTo(total(without), 12);
    expect(spread[0]).not.toBeCloseTo(without[0] ?? 0, 4);
    expect(total(particles)).not.toBeCloseTo(total(without), 4);
  });

  it("adds nothing adversarial to the generator at weight 0", async () => {
    const { step, feeds, run } = await prepare(smallConfig({ adversarialWeight: 0 }));
    const metrics = (await run(feeds)).metrics as number[];
    const of = (name: string) => metrics[step.metrics.indexOf(name)];
    expect(of("generatorLoss")).toBe(of("tdLoss"));
  });
});

describe("the D3QN step", () => {
  it("moves the generator along the gradient of the squared temporal difference", async () => {
    const { step, feeds, run } = await prepare(smallConfig({ algorithm: "d3qn" }));
    const loss = step.metrics.indexOf("tdLoss");
    expect(await expectGradient(run, feeds, "generator", loss)).toBeGreaterThan(1e-3);
  });
});

describe("FedProx", () => {
  it.each(["d3qn", "d3qn-gan"])(
    "adds its pull towards the anchor to the %s gradient",
    async (algorithm) => {
      const plain = await prepare(smallConfig({ algorithm }));
      const weight = 0.3;
      const { feeds, run } = await prepare(smallConfig({ algorithm, proximalWeight: weight }));
      const anchor = spread(feeds.generator?.length ?? 0, -0.5, 0.5);
      const name = "generator.firstMoment.next";
      const without = (await plain.run(feeds))[name] ?? [];
      const pulled = (await run({ ...feeds, anchor }))[name] ?? [];
      for (const [i, gradient] of pulled.entries()) {
        const away = (feeds.generator?.[i] ?? 0) - (anchor[i] ?? 0);
        expect(gradient).toBeCloseTo((without[i] ?? 0) + weight * away, 9);
      }
    },
  );
});

describe("Adam", () => {
  it("takes the step of its published form", async () => {
    const { feeds, run } = await prepare(smallConfig({ algorithm: "d3qn" }));
    const adam = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };
    const rates = [adamRate(1e-3, 3, adam)];
    const history = {
      ...feeds,
      rates,
      "generator.firstMoment": spread(feeds.generator?.length ?? 0, -0.4, 0.4),
      "generator.secondMoment": spread(feeds.generator?.length ?? 0, 10, 100),
    };
    const first = (await run(history)) as Record<string, number[]>;
    for (const [i, before] of (feeds.generator ?? []).entries()) {
      const m = ((first["generator.firstMoment.next"]?.[i] ?? 0) * (1 - 0.5)) / (1 - 0.5 ** 3);
      const v = ((first["generator.secondMoment.next"]?.[i] ?? 0) * (1 - 0.999)) / (1 - 0.999 ** 3);
      const expected = before - (1e-3 * m) / (Math.sqrt(v) + 1e-8);
      expect(first["generator.next"]?.[i]).toBeCloseTo(expected, 9);
    }
  });
});

describe("the adaptive learning rate", () => {
  it("grows by β times the cosine of the gradient and the step before", async () => {
    const gain = 0.1;
    const config = smallConfig({ algorithm: "d3qn", adaptiveLearningRate: { gain } });
    const { step, feeds, run } = await prepare(config);
    const size = feeds.generator?.length ?? 0;
    const gradient = (await run(feeds))["generator.firstMoment.next"] ?? [];
    const history = {
      ...feeds,
      rates: [1e-3],
      "generator.firstMoment": spread(size, -0.2, 0.2),
      "generator.secondMoment": spread(size, 0.01, 0.1),
    };
    const before = history["generator.firstMoment"].map(
      (m, i) =>
        m / (Math.sqrt(history["generator.secondMoment"][i] as number) + 1e-8 / Math.sqrt(0.001)),
    );
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
    const cosine = dot(gradient, before) / Math.sqrt(dot(gradient, gradient) * dot(before, before));
    const adapted = await run(history);
    const factor = adapted.metrics?.[step.metrics.indexOf("rateFactor")] as number;
    expect(Math.abs(cosine)).toBeGreaterThan(1e-3);
    expect(factor).toBeCloseTo(1 + gain * cosine, 9);
    const plain = await prepare(smallConfig({ algorithm: "d3qn" }));
    const stepped = await plain.run({ ...history, rates: [1e-3 * factor] });
    expect(adapted["generator.next"]?.[3]).toBeCloseTo(stepped["generator.next"]?.[3] ?? 0, 12);
  });

  it("stays as it is at the first update, which has no step before", async () => {
    const { step, feeds, run } = await prepare(
      smallConfig({ algorithm: "d3qn", adaptiveLearningRate: {} }),
    );
    expect((await run(feeds)).metrics?.[step.metrics.indexOf("rateFactor")]).toBe(1);
  });
});

/** Entries that name valid actions of the heads with one or two entries per action. */
function entriesFor(head: "joint" | "branching", rows: number): number[] {
  return Array.from({ length: rows }, (_, i) =>
    head === "joint" ? [(i * 37) % 100] : [i % 10, 10 + ((i * 3) % 10)],
  ).flat();
}

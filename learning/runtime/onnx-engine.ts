import { type InferenceSession, Tensor } from "onnxruntime-node";
import { anchorInput, nextSuffix, type TrainingStep } from "../algorithms/training-step.ts";
import { writeModel } from "../graph/onnx-writer.ts";
import { type HostTensor, type Layout, stackedViews } from "../networks/parameters.ts";
import type { Provider } from "./provider.ts";
import { floatData, openSession } from "./session.ts";
import type { BatchInput } from "./training-batch.ts";
import type { EngineStart, Engines, TrainingEngine } from "./training-engine.ts";

type Feeds = Record<string, Tensor>;

function vector(data: Float32Array): Tensor {
  return new Tensor("float32", data, [data.length]);
}

function inputTensor({ data, shape }: BatchInput): Tensor {
  return data instanceof Int32Array
    ? new Tensor("int32", data, shape)
    : new Tensor("float32", data, shape);
}

/** A flat vector and views of its tensors; nothing is copied between the two. */
interface Viewed {
  readonly flat: Tensor;
  readonly views: ReadonlyMap<string, Tensor>;
}

function viewed(flat: Float32Array, layout: Layout, agents: number): Viewed {
  const views = [...stackedViews(layout, flat, agents)].map(
    ([name, { data, shape }]) => [name, new Tensor("float32", data, shape)] as const,
  );
  return { flat: vector(flat), views: new Map(views) };
}

function hostTensors({ views }: Viewed): ReadonlyMap<string, HostTensor> {
  const host = ({ data, dims }: Tensor) => ({ data: data as Float32Array, shape: dims });
  return new Map([...views].map(([name, view]) => [name, host(view)] as const));
}

/** A tensor in two buffers: one is read while the step writes the other. */
interface Pair<T> {
  current: T;
  other: T;
}

function swap<T>(pair: Pair<T>): void {
  [pair.current, pair.other] = [pair.other, pair.current];
}

/** The tensors of a training step's networks, and what one run of it is fed and fetches. */
class Buffers {
  readonly networks = new Map<string, Pair<Viewed>>();
  readonly moments = new Map<string, Pair<Tensor>>();
  readonly target: Viewed;
  /** Only of a step that is drawn towards it. */
  readonly anchor: Viewed | undefined;
  readonly metrics: Tensor;

  constructor(
    { graph, agents, networks, metrics }: TrainingStep,
    initial: ReadonlyMap<string, Float32Array>,
  ) {
    const copyOf = (name: string) => Float32Array.from(initial.get(name) ?? []);
    for (const [name, layout] of networks) {
      const [current, other] = [copyOf(name), copyOf(name)];
      this.networks.set(name, {
        current: viewed(current, layout, agents),
        other: viewed(other, layout, agents),
      });
      for (const moment of [`${name}.firstMoment`, `${name}.secondMoment`]) {
        const zeros = () => vector(new Float32Array(current.length));
        this.moments.set(moment, { current: zeros(), other: zeros() });
      }
    }
    const generatorCopy = () =>
      viewed(copyOf("generator"), networks.get("generator") ?? [], agents);
    const isAnchored = graph.inputs.some((input) => graph.nameOf(input) === anchorInput);
    this.target = generatorCopy();
    this.anchor = isAnchored ? generatorCopy() : undefined;
    this.metrics = new Tensor("float32", new Float32Array(agents * metrics.length), [
      agents,
      metrics.length,
    ]);
  }

  feeds(): Feeds {
    const feeds: Feeds = {};
    const feedViews = (network: string, { views }: Viewed) => {
      for (const [name, view] of views) feeds[`${network}/${name}`] = view;
    };
    for (const [name, { current }] of this.networks) {
      feeds[name] = current.flat;
      feedViews(name, current);
    }
    for (const [name, { current }] of this.moments) feeds[name] = current;
    feedViews("target", this.target);
    if (this.anchor !== undefined) feeds[anchorInput] = this.anchor.flat;
    return feeds;
  }

  fetches(): Feeds {
    const fetches: Feeds = { metrics: this.metrics };
    for (const [name, { other }] of this.networks) fetches[name + nextSuffix] = other.flat;
    for (const [name, { other }] of this.moments) fetches[name + nextSuffix] = other;
    return fetches;
  }
}

/**
 * Training steps in ONNX Runtime. Parameters and moments stay in tensors that the runtime reads and
 * writes in place, alternately, so nothing is copied between updates.
 */
class OnnxEngine implements TrainingEngine {
  private readonly session: InferenceSession;
  private readonly buffers: Buffers;
  private readonly batch: Feeds;

  constructor(session: InferenceSession, step: TrainingStep, { initial, batch }: EngineStart) {
    this.session = session;
    this.buffers = new Buffers(step, initial);
    this.batch = Object.fromEntries(
      Object.entries(batch).map(([name, input]) => [name, inputTensor(input)]),
    );
  }

  async run(): Promise<Float32Array> {
    const all: Feeds = { ...this.batch, ...this.buffers.feeds() };
    const feeds: Feeds = {};
    for (const name of this.session.inputNames) feeds[name] = all[name] as Tensor;
    const results = await this.session.run(feeds, this.buffers.fetches());
    for (const pair of this.buffers.networks.values()) swap(pair);
    for (const pair of this.buffers.moments.values()) swap(pair);
    return floatData(results, "metrics");
  }

  parameters(network: string): ReadonlyMap<string, HostTensor> {
    const pair = this.buffers.networks.get(network);
    if (pair === undefined) throw new RangeError(`expected a trained network; received ${network}`);
    return hostTensors(pair.current);
  }

  anchor(): ReadonlyMap<string, HostTensor> | undefined {
    return this.buffers.anchor && hostTensors(this.buffers.anchor);
  }

  syncTarget(): void {
    const generator = this.buffers.networks.get("generator") as Pair<Viewed>;
    (this.buffers.target.flat.data as Float32Array).set(
      generator.current.flat.data as Float32Array,
    );
  }

  state(): ReadonlyMap<string, Float32Array> {
    const { networks, moments, target, anchor } = this.buffers;
    const entries = [
      ...[...networks].map(([name, { current }]) => [name, current.flat] as const),
      ...[...moments].map(([name, { current }]) => [name, current] as const),
      ["target", target.flat] as const,
      ...(anchor === undefined ? [] : [[anchorInput, anchor.flat] as const]),
    ];
    return new Map(entries.map(([name, tensor]) => [name, tensor.data as Float32Array]));
  }
}

/** Engines of one session. */
export async function openOnnxEngines(
  step: TrainingStep,
  starts: readonly EngineStart[],
  provider?: Provider,
): Promise<Engines> {
  const session = await openSession(
    writeModel(step.graph, "training-step"),
    provider && { provider },
  );
  return {
    engines: starts.map((start) => new OnnxEngine(session, step, start)),
    close: () => session.release(),
  };
}

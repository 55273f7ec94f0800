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

/** The tensors that a step reads, or writes while it reads the other set. */
class Side {
  readonly networks: ReadonlyMap<string, Viewed>;
  readonly moments: ReadonlyMap<string, Tensor>;

  constructor({ agents, networks }: TrainingStep, initial: ReadonlyMap<string, Float32Array>) {
    const copyOf = (name: string) => Float32Array.from(initial.get(name) ?? []);
    this.networks = new Map(
      [...networks].map(([name, layout]) => [name, viewed(copyOf(name), layout, agents)] as const),
    );
    this.moments = new Map(
      [...this.networks].flatMap(([name, { flat }]) =>
        [`${name}.firstMoment`, `${name}.secondMoment`].map(
          (moment) => [moment, vector(new Float32Array(flat.data.length))] as const,
        ),
      ),
    );
  }

  feeds(): Feeds {
    const feeds: Feeds = Object.fromEntries(this.moments);
    for (const [name, network] of this.networks) {
      feeds[name] = network.flat;
      Object.assign(feeds, viewFeeds(name, network));
    }
    return feeds;
  }

  fetches(): Feeds {
    const written = [...this.networks].map(([name, { flat }]) => [name, flat] as const);
    return Object.fromEntries(
      [...written, ...this.moments].map(([name, tensor]) => [name + nextSuffix, tensor]),
    );
  }
}

function viewFeeds(network: string, { views }: Viewed): Feeds {
  return Object.fromEntries([...views].map(([name, view]) => [`${network}/${name}`, view]));
}

/** What one run reads, and where it writes. */
interface Run {
  readonly side: Side;
  readonly feeds: Feeds;
  readonly fetches: Feeds;
}

/**
 * Training steps in ONNX Runtime. Parameters and moments stay in two sets of tensors that the runtime
 * reads and writes in place, alternately, so nothing is copied between updates.
 */
class OnnxEngine implements TrainingEngine {
  private readonly session: InferenceSession;
  private readonly target: Viewed;
  /** Only of a step that is drawn towards it. */
  private readonly anchored: Viewed | undefined;
  /** The run to come, and the one after it. */
  private runs: readonly [Run, Run];

  constructor(session: InferenceSession, step: TrainingStep, { initial, batch }: EngineStart) {
    this.session = session;
    const { graph, agents, networks } = step;
    const generatorCopy = () =>
      viewed(
        Float32Array.from(initial.get("generator") ?? []),
        networks.get("generator") ?? [],
        agents,
      );
    const isAnchored = graph.inputs.some((input) => graph.nameOf(input) === anchorInput);
    this.target = generatorCopy();
    this.anchored = isAnchored ? generatorCopy() : undefined;
    const fixed: Feeds = {
      ...Object.fromEntries(Object.entries(batch).map(([name, i]) => [name, inputTensor(i)])),
      ...viewFeeds("target", this.target),
      ...(this.anchored && { [anchorInput]: this.anchored.flat }),
    };
    const columns = step.metrics.length;
    const metrics = new Tensor("float32", new Float32Array(agents * columns), [agents, columns]);
    const [first, second] = [new Side(step, initial), new Side(step, initial)];
    const runOf = (read: Side, written: Side): Run => {
      const all: Feeds = { ...fixed, ...read.feeds() };
      const feeds = session.inputNames.map((name) => [name, all[name] as Tensor] as const);
      return {
        side: read,
        feeds: Object.fromEntries(feeds),
        fetches: { metrics, ...written.fetches() },
      };
    };
    this.runs = [runOf(first, second), runOf(second, first)];
  }

  async run(): Promise<Float32Array> {
    const [{ feeds, fetches }, next] = this.runs;
    const results = await this.session.run(feeds, fetches);
    this.runs = [next, this.runs[0]];
    return floatData(results, "metrics");
  }

  parameters(network: string): ReadonlyMap<string, HostTensor> {
    const current = this.current.networks.get(network);
    if (current === undefined) {
      throw new RangeError(`expected a trained network; received ${network}`);
    }
    return hostTensors(current);
  }

  anchor(): ReadonlyMap<string, HostTensor> | undefined {
    return this.anchored && hostTensors(this.anchored);
  }

  syncTarget(): void {
    const generator = this.current.networks.get("generator") as Viewed;
    (this.target.flat.data as Float32Array).set(generator.flat.data as Float32Array);
  }

  state(): ReadonlyMap<string, Float32Array> {
    const { networks, moments } = this.current;
    const entries = [
      ...[...networks].map(([name, { flat }]) => [name, flat] as const),
      ...moments,
      ["target", this.target.flat] as const,
      ...(this.anchored === undefined ? [] : [[anchorInput, this.anchored.flat] as const]),
    ];
    return new Map(entries.map(([name, tensor]) => [name, tensor.data as Float32Array]));
  }

  private get current(): Side {
    return this.runs[0].side;
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

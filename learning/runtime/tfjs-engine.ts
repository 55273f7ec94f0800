import type { Tensor } from "@tensorflow/tfjs";
import { SlotwiseError } from "../../core/errors.ts";
import type { StepOptions, TrainingStep } from "../algorithms/training-step.ts";
import { type HostTensor, stackedViews } from "../networks/parameters.ts";
import { adversarialUpdate } from "./tfjs/adversarial-update.ts";
import { type TrainedTensor, tensorOf } from "./tfjs/descent.ts";
import { loadTensorFlow, type TensorFlow } from "./tfjs/tensorflow.ts";
import { descendGenerator, type Metrics, type Minibatch, type Update } from "./tfjs/update.ts";
import type { EngineStart, Engines, TrainingEngine } from "./training-engine.ts";

type Options = Pick<StepOptions, "spec" | "config">;

/** The numbers of a network, stacked over agents, and those of its moments. */
interface HostNetwork {
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/** One agent's part of a tensor stacked along its first axis. */
function rowOf({ data, shape }: HostTensor, agent: number): HostTensor {
  const size = data.length / (shape[0] as number);
  return { data: data.subarray(agent * size, (agent + 1) * size), shape: shape.slice(1) };
}

/**
 * Training steps written a second time, in TensorFlow.js, whose gradients check those of the ONNX
 * graphs. Parameters and moments stay in arrays; every tensor lives for one agent's update.
 */
class TfjsEngine implements TrainingEngine {
  private readonly tf: TensorFlow;
  private readonly options: Options;
  private readonly step: TrainingStep;
  private readonly batch: EngineStart["batch"];
  private readonly networks = new Map<string, HostNetwork>();
  private readonly target: Float32Array;
  private readonly metrics: Float32Array;
  private readonly actions: Int32Array;

  constructor(tf: TensorFlow, options: Options, step: TrainingStep, start: EngineStart) {
    this.tf = tf;
    this.options = options;
    this.step = step;
    this.batch = start.batch;
    for (const name of step.networks.keys()) {
      const parameters = Float32Array.from(start.initial.get(name) ?? []);
      const zeros = () => new Float32Array(parameters.length);
      this.networks.set(name, { parameters, firstMoment: zeros(), secondMoment: zeros() });
    }
    this.target = Float32Array.from(start.initial.get("generator") ?? []);
    this.actions = options.spec.head.entriesOfAll();
    this.metrics = new Float32Array(step.agents * step.metrics.length);
  }

  run(): Promise<Float32Array> {
    const { agents, metrics: names } = this.step;
    for (let agent = 0; agent < agents; agent++) {
      const metrics = this.tf.tidy(() => this.update(agent));
      for (const [i, name] of names.entries()) {
        this.metrics[agent * names.length + i] = metrics[name] ?? Number.NaN;
      }
    }
    return Promise.resolve(this.metrics);
  }

  parameters(network: string): ReadonlyMap<string, HostTensor> {
    const { step, networks } = this;
    const host = networks.get(network);
    if (host === undefined) throw new RangeError(`expected a trained network; received ${network}`);
    return stackedViews(step.networks.get(network) ?? [], host.parameters, step.agents);
  }

  syncTarget(): void {
    this.target.set(this.networks.get("generator")?.parameters ?? []);
  }

  state(): ReadonlyMap<string, Float32Array> {
    const networks = [...this.networks].flatMap(([name, host]) => [
      [name, host.parameters] as const,
      [`${name}.firstMoment`, host.firstMoment] as const,
      [`${name}.secondMoment`, host.secondMoment] as const,
    ]);
    return new Map([...networks, ["target", this.target]]);
  }

  private update(agent: number): Metrics {
    const { tf, options } = this;
    const generator = this.trained("generator", agent);
    const update: Update = {
      tf,
      options,
      actions: this.actions,
      generator,
      discriminator: this.trained("discriminator", agent),
      online: new Map(generator.map((trained) => [trained.name, tensorOf(tf, trained)])),
      target: this.targetTensors(agent),
      minibatches: this.minibatches(agent),
      rates: [...(this.batch.rates?.data ?? [])],
    };
    return options.config.algorithm === "d3qn-gan"
      ? adversarialUpdate(update)
      : descendGenerator(update);
  }

  private trained(network: string, agent: number): TrainedTensor[] {
    const host = this.networks.get(network);
    if (host === undefined) return [];
    const layout = this.step.networks.get(network) ?? [];
    const views = (flat: Float32Array) => stackedViews(layout, flat, this.step.agents);
    const [parameters, first, second] = [
      views(host.parameters),
      views(host.firstMoment),
      views(host.secondMoment),
    ];
    return layout.map(({ name, shape }) => {
      const own = (tensors: ReadonlyMap<string, HostTensor>) =>
        rowOf(tensors.get(name) as HostTensor, agent).data;
      return {
        name,
        shape,
        parameters: own(parameters),
        firstMoment: own(first),
        secondMoment: own(second),
      };
    });
  }

  private targetTensors(agent: number): Map<string, Tensor> {
    const { tf, step } = this;
    const layout = step.networks.get("generator") ?? [];
    const views = stackedViews(layout, this.target, step.agents);
    return new Map(
      layout.map(({ name, shape }) => {
        const { data } = rowOf(views.get(name) as HostTensor, agent);
        return [name, tensorOf(tf, { parameters: data, shape })];
      }),
    );
  }

  private minibatches(agent: number): Minibatch[] {
    const { tf, step, batch, options } = this;
    const rows = options.config.batchSize;
    return Array.from({ length: step.minibatches }, (_, m) => {
      const cut = (name: keyof Minibatch) => {
        const { data, shape } = batch[name] as EngineStart["batch"][string];
        const size = data.length / (shape[0] as number) / step.minibatches;
        const from = (agent * step.minibatches + m) * size;
        const part = data.slice(from, from + size);
        return tf.tensor(part, [rows, size / rows], name === "entries" ? "int32" : "float32");
      };
      return {
        observation: cut("observation"),
        entries: cut("entries"),
        reward: cut("reward"),
        nextObservation: cut("nextObservation"),
        noise: cut("noise"),
        mixing: cut("mixing"),
      };
    });
  }
}

/**
 * Engines in TensorFlow.js, for every configuration but an adaptive learning rate and FedProx.
 *
 * @throws SlotwiseError CONFIG_INVALID, or ENGINE_UNAVAILABLE when TensorFlow.js does not load
 */
export async function openTfjsEngines(
  options: Options,
  step: TrainingStep,
  starts: readonly EngineStart[],
): Promise<Engines> {
  const { adaptiveLearningRate, proximalWeight } = options.config;
  if (adaptiveLearningRate !== undefined || proximalWeight > 0) {
    throw new SlotwiseError("CONFIG_INVALID", {
      expected: "a learning rate by schedule, and no proximal term, with the tfjs engine",
      received: "adaptiveLearningRate or proximalWeight, which only the onnx engine knows",
      consequence: "the learner did not start",
    });
  }
  const tf = await loadTensorFlow();
  return {
    engines: starts.map((start) => new TfjsEngine(tf, options, step, start)),
    close: () => Promise.resolve(),
  };
}

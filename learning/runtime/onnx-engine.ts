import { type InferenceSession, Tensor } from "onnxruntime-node";
import { nextSuffix, type TrainingStep } from "../algorithms/training-step.ts";
import { writeModel } from "../graph/onnx-writer.ts";
import { floatData, openSession } from "./session.ts";
import type { BatchInput } from "./training-batch.ts";
import type { TrainingEngine } from "./training-engine.ts";

type Feeds = Record<string, Tensor>;

/** A persistent tensor in two buffers: one is read while the step writes the other. */
interface Persistent {
  current: Tensor;
  other: Tensor;
}

function inputTensor({ data, shape }: BatchInput): Tensor {
  return data instanceof Int32Array
    ? new Tensor("int32", data, shape)
    : new Tensor("float32", data, shape);
}

/**
 * Training steps in ONNX Runtime. Parameters and moments stay in tensors that the runtime reads and
 * writes in place, alternately, so nothing is copied between updates.
 */
export class OnnxEngine implements TrainingEngine {
  private readonly session: InferenceSession;
  private readonly persistent: ReadonlyMap<string, Persistent>;
  private readonly target: Float32Array;
  private readonly feeds: Feeds = {};
  private readonly metrics: Tensor;

  private constructor(
    session: InferenceSession,
    persistent: ReadonlyMap<string, Persistent>,
    target: Float32Array,
    metrics: Tensor,
  ) {
    this.session = session;
    this.persistent = persistent;
    this.target = target;
    this.metrics = metrics;
  }

  /**
   * @param initial the networks' first parameters [agents, size], by name; copied
   * @param batch what the caller fills before each run, by input name
   */
  static async open(
    step: TrainingStep,
    initial: ReadonlyMap<string, Float32Array>,
    batch: Readonly<Record<string, BatchInput>>,
  ): Promise<OnnxEngine> {
    const { agents } = step;
    const stack = (data: Float32Array) =>
      new Tensor("float32", data, [agents, data.length / agents]);
    const session = await openSession(writeModel(step.graph, "training-step"));
    const persistent = new Map<string, Persistent>();
    for (const [name, flat] of initial) {
      const zeros = () => stack(new Float32Array(flat.length));
      persistent.set(name, { current: stack(Float32Array.from(flat)), other: zeros() });
      for (const moment of ["firstMoment", "secondMoment"]) {
        persistent.set(`${name}.${moment}`, { current: zeros(), other: zeros() });
      }
    }
    const target = Float32Array.from(initial.get("generator") ?? []);
    const metrics = stack(new Float32Array(agents * step.metrics.length));
    const engine = new OnnxEngine(session, persistent, target, metrics);
    for (const name of session.inputNames) {
      const input = batch[name];
      if (name === "target") engine.feeds[name] = stack(target);
      else if (input !== undefined) engine.feeds[name] = inputTensor(input);
    }
    return engine;
  }

  async run(): Promise<Float32Array> {
    const fetches: Feeds = { metrics: this.metrics };
    for (const [name, { current, other }] of this.persistent) {
      this.feeds[name] = current;
      fetches[name + nextSuffix] = other;
    }
    const results = await this.session.run(this.feeds, fetches);
    for (const pair of this.persistent.values()) {
      [pair.current, pair.other] = [pair.other, pair.current];
    }
    return floatData(results, "metrics");
  }

  parameters(network: string): Float32Array {
    const pair = this.persistent.get(network);
    if (pair === undefined) throw new RangeError(`expected a trained network; received ${network}`);
    return pair.current.data as Float32Array;
  }

  adopt(network: string, agent: number, flat: Float32Array): void {
    this.parameters(network).set(flat, agent * flat.length);
  }

  syncTarget(): void {
    this.target.set(this.parameters("generator"));
  }

  state(): ReadonlyMap<string, Float32Array> {
    const current = [...this.persistent].map(([name, pair]) => [name, pair.current.data] as const);
    return new Map([...current, ["target", this.target]]) as ReadonlyMap<string, Float32Array>;
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

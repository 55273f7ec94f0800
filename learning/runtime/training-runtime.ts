import { type InferenceSession, Tensor } from "onnxruntime-node";
import { nextSuffix, type TrainingStep } from "../algorithms/training-step.ts";
import { writeModel } from "../graph/onnx-writer.ts";
import { floatData, openSession } from "./session.ts";

type Feeds = Record<string, Tensor>;

/** A persistent tensor in two buffers: one is read while the step writes the other. */
interface Persistent {
  current: Tensor;
  other: Tensor;
}

function vector(data: Float32Array): Tensor {
  return new Tensor("float32", data, [data.length]);
}

/**
 * Runs a training step again and again. Parameters and moments stay in tensors that the runtime
 * reads and writes in place, alternately, so nothing is copied between updates.
 */
export class TrainingRuntime {
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
   * @param initial the networks' first flat vectors, by name; copied
   * @param batch tensors that the caller fills before each run, by input name
   */
  static async open(
    step: TrainingStep,
    initial: ReadonlyMap<string, Float32Array>,
    batch: Readonly<Record<string, Tensor>>,
  ): Promise<TrainingRuntime> {
    const session = await openSession(writeModel(step.graph, "training-step"));
    const persistent = new Map<string, Persistent>();
    for (const [name, flat] of initial) {
      const { length } = flat;
      const zeros = () => vector(new Float32Array(length));
      persistent.set(name, { current: vector(Float32Array.from(flat)), other: zeros() });
      for (const moment of ["firstMoment", "secondMoment"]) {
        persistent.set(`${name}.${moment}`, { current: zeros(), other: zeros() });
      }
    }
    const target = Float32Array.from(initial.get("generator") ?? []);
    const metrics = vector(new Float32Array(step.metrics.length));
    const runtime = new TrainingRuntime(session, persistent, target, metrics);
    const fixed: Feeds = { ...batch, target: vector(target) };
    for (const name of session.inputNames) {
      const tensor = fixed[name];
      if (tensor !== undefined) runtime.feeds[name] = tensor;
    }
    return runtime;
  }

  /** One update on what the batch tensors hold; the metrics in the step's order. */
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

  /** The tensor that holds a network's parameters until the next run or adoption. */
  parameters(network: string): Tensor {
    const pair = this.persistent.get(network);
    if (pair === undefined) throw new RangeError(`expected a trained network; received ${network}`);
    return pair.current;
  }

  /** Replaces a network's parameters; its moments stay. */
  adopt(network: string, flat: Float32Array): void {
    (this.parameters(network).data as Float32Array).set(flat);
  }

  /** Ĝ ← G. */
  syncTarget(): void {
    this.target.set(this.parameters("generator").data as Float32Array);
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

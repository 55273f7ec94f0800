import { Tensor } from "onnxruntime-node";
import type { Random } from "../../core/random.ts";
import type { GeneratorSpec } from "../networks/generator.ts";
import type { ReplayMemory, SampleBuffers } from "../replay/replay-memory.ts";

/** The inputs of a training step that change at every run, in tensors allocated once. */
export class TrainingBatch {
  /** By input name. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  private readonly sample: SampleBuffers;
  private readonly noise: Float32Array;
  private readonly mixing: Float32Array;
  private readonly rates: Float32Array;

  constructor(spec: GeneratorSpec, rows: number, rates: number) {
    const observationSize = spec.observationScale.length;
    const { entriesPerAction } = spec.head;
    this.sample = {
      observation: new Float32Array(rows * observationSize),
      entries: new Int32Array(rows * entriesPerAction),
      reward: new Float32Array(rows),
      nextObservation: new Float32Array(rows * observationSize),
    };
    this.noise = new Float32Array(rows * spec.noiseDimension);
    this.mixing = new Float32Array(rows);
    this.rates = new Float32Array(rates);
    const floats = (data: Float32Array, columns: number) =>
      new Tensor("float32", data, [rows, columns]);
    this.tensors = {
      observation: floats(this.sample.observation, observationSize),
      entries: new Tensor("int32", this.sample.entries, [rows, entriesPerAction]),
      reward: floats(this.sample.reward, 1),
      nextObservation: floats(this.sample.nextObservation, observationSize),
      noise: floats(this.noise, spec.noiseDimension),
      mixing: floats(this.mixing, 1),
      rates: new Tensor("float32", this.rates, [rates]),
    };
  }

  /** Draws transitions, τ ~ U(0, 1) and ε ~ U(0, 1), and sets the Adam rates. */
  fill(replay: ReplayMemory, random: Random, rates: readonly number[]): void {
    replay.sampleInto(this.sample, random);
    for (let i = 0; i < this.noise.length; i++) this.noise[i] = random.uniform();
    for (let i = 0; i < this.mixing.length; i++) this.mixing[i] = random.uniform();
    this.rates.set(rates);
  }
}

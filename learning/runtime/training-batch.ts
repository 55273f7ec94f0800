import type { Random } from "../../core/random.ts";
import type { GeneratorSpec } from "../networks/generator.ts";
import type { ReplayMemory, SampleBuffers } from "../replay/replay-memory.ts";

/** An input of a training step: its elements, and their shape. */
export interface BatchInput {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** The part of a batch that is one agent's. */
interface AgentRows {
  readonly sample: SampleBuffers;
  readonly noise: Float32Array;
  readonly mixing: Float32Array;
}

function fillUniform(values: Float32Array, random: Random): void {
  for (let i = 0; i < values.length; i++) values[i] = random.uniform();
}

/** The inputs of a training step that change at every run, allocated once: [agents, rows, ...]. */
export class TrainingBatch {
  /** By input name. */
  readonly inputs: Readonly<Record<string, BatchInput>>;
  private readonly agents: readonly AgentRows[];
  private readonly rates: Float32Array;

  /**
   * @param rows of one agent: minibatches × batchSize
   * @param rates step sizes of an update
   */
  constructor(spec: GeneratorSpec, agents: number, rows: number, rates: number) {
    const inputs: Record<string, BatchInput> = {};
    const declare = <T extends Float32Array | Int32Array>(
      name: string,
      data: T,
      shape: number[],
    ) => {
      inputs[name] = { data, shape: [agents, ...shape] };
      const size = data.length / agents;
      return Array.from({ length: agents }, (_, a) => data.subarray(a * size, (a + 1) * size) as T);
    };
    const floats = (name: string, columns: number) =>
      declare(name, new Float32Array(agents * rows * columns), [rows, columns]);
    const observation = floats("observation", spec.observationScale.length);
    const nextObservation = floats("nextObservation", spec.observationScale.length);
    const reward = floats("reward", 1);
    const noise = floats("noise", spec.noiseDimension);
    const mixing = floats("mixing", 1);
    const { entriesPerAction } = spec.head;
    const entries = declare("entries", new Int32Array(agents * rows * entriesPerAction), [
      rows,
      entriesPerAction,
    ]);
    this.rates = new Float32Array(rates);
    inputs.rates = { data: this.rates, shape: [rates] };
    this.inputs = inputs;
    this.agents = reward.map((rewards, a) => ({
      sample: {
        observation: observation[a] as Float32Array,
        entries: entries[a] as Int32Array,
        reward: rewards,
        nextObservation: nextObservation[a] as Float32Array,
      },
      noise: noise[a] as Float32Array,
      mixing: mixing[a] as Float32Array,
    }));
  }

  /** Draws an agent's transitions, τ ~ U(0, 1) and ε ~ U(0, 1). */
  fill(agent: number, replay: ReplayMemory, random: Random): void {
    const rows = this.agents[agent] as AgentRows;
    replay.sampleInto(rows.sample, random);
    fillUniform(rows.noise, random);
    fillUniform(rows.mixing, random);
  }

  /** Sets Adam's step sizes of the next update. */
  setRates(rates: readonly number[]): void {
    this.rates.set(rates);
  }
}

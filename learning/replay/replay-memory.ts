import type { Random } from "../../core/random.ts";

/** A transition as it is stored: (o, entries of a, r, o′). */
export interface StoredTransition {
  readonly observation: ArrayLike<number>;
  readonly entries: ArrayLike<number>;
  readonly reward: number;
  readonly nextObservation: ArrayLike<number>;
}

/** Where a sample is written, row after row. */
export interface SampleBuffers {
  readonly observation: Float32Array;
  readonly entries: Int32Array;
  readonly reward: Float32Array;
  readonly nextObservation: Float32Array;
}

/** The contents of a memory; entries as float32, which holds every integer below 2^24. */
export interface ReplayState {
  readonly written: number;
  readonly observation: Float32Array;
  readonly entries: Float32Array;
  readonly reward: Float32Array;
  readonly nextObservation: Float32Array;
}

/** Which transition a new one replaces once the memory is full. */
export type Replacement =
  | { readonly kind: "oldest" }
  | { readonly kind: "random"; readonly random: Random };

/** M_b: transitions in preallocated arrays; the latest ones unless replacement is random. */
export class ReplayMemory {
  private readonly capacity: number;
  private readonly replacement: Replacement;
  private readonly stored: SampleBuffers;
  private readonly observationSize: number;
  private readonly entriesPerAction: number;
  private written = 0;

  constructor(
    capacity: number,
    observationSize: number,
    entriesPerAction: number,
    replacement: Replacement = { kind: "oldest" },
  ) {
    this.capacity = capacity;
    this.replacement = replacement;
    this.observationSize = observationSize;
    this.entriesPerAction = entriesPerAction;
    this.stored = {
      observation: new Float32Array(capacity * observationSize),
      entries: new Int32Array(capacity * entriesPerAction),
      reward: new Float32Array(capacity),
      nextObservation: new Float32Array(capacity * observationSize),
    };
  }

  /** Transitions held. */
  get size(): number {
    return Math.min(this.written, this.capacity);
  }

  /** What is held, by name, for `restore`: copies of the rows in use, and how many were written. */
  state(): ReplayState {
    const rows = this.size;
    const { observation, entries, reward, nextObservation } = this.stored;
    return {
      written: this.written,
      observation: observation.slice(0, rows * this.observationSize),
      entries: Float32Array.from(entries.subarray(0, rows * this.entriesPerAction)),
      reward: reward.slice(0, rows),
      nextObservation: nextObservation.slice(0, rows * this.observationSize),
    };
  }

  /** Takes over what another memory of the same shape held. */
  restore({ written, ...rows }: ReplayState): void {
    this.written = written;
    this.stored.observation.set(rows.observation);
    this.stored.entries.set(rows.entries);
    this.stored.reward.set(rows.reward);
    this.stored.nextObservation.set(rows.nextObservation);
  }

  /** Stores a transition, over the oldest one or a random one once full. */
  add({ observation, entries, reward, nextObservation }: StoredTransition): void {
    const row = this.nextRow();
    this.stored.observation.set(observation, row * this.observationSize);
    this.stored.entries.set(entries, row * this.entriesPerAction);
    this.stored.reward[row] = reward;
    this.stored.nextObservation.set(nextObservation, row * this.observationSize);
    this.written++;
  }

  private nextRow(): number {
    const { written, capacity, replacement } = this;
    if (written < capacity || replacement.kind === "oldest") return written % capacity;
    return replacement.random.integer(capacity);
  }

  /** Fills the buffers with transitions drawn uniformly, with replacement. */
  sampleInto(buffers: SampleBuffers, random: Random): void {
    const { observation, entries, nextObservation } = this.stored;
    for (let i = 0; i < buffers.reward.length; i++) {
      const row = random.integer(this.size);
      copyRow(observation, row, buffers.observation, i, this.observationSize);
      copyRow(entries, row, buffers.entries, i, this.entriesPerAction);
      copyRow(nextObservation, row, buffers.nextObservation, i, this.observationSize);
      buffers.reward[i] = this.stored.reward[row] as number;
    }
  }
}

type Elements = Float32Array | Int32Array;

function copyRow(from: Elements, row: number, to: Elements, target: number, width: number): void {
  for (let k = 0; k < width; k++) to[target * width + k] = from[row * width + k] as number;
}

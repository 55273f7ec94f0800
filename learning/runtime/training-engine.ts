import type { HostTensor } from "../networks/parameters.ts";
import type { BatchInput } from "./training-batch.ts";

/** Which library runs the training steps. */
export type EngineName = "onnx" | "tfjs";

/**
 * Runs a training step of `agents` learners again and again, on what its batch holds. It keeps the
 * parameters, the moments and the target of every network.
 */
export interface TrainingEngine {
  /** One update; its metrics [agents, metrics], valid until the next run. */
  run(): Promise<Float32Array>;
  /** A network's tensors, stacked [agents, ...], by name: to read and write until the next run. */
  parameters(network: string): ReadonlyMap<string, HostTensor>;
  /** The generators last taken over, to write; undefined where the step is not drawn towards them. */
  anchor?(): ReadonlyMap<string, HostTensor> | undefined;
  /** Ĝ ← G. */
  syncTarget(): void;
  /** All that the next update depends on but the batch, by name: what is written here counts. */
  state(): ReadonlyMap<string, Float32Array>;
}

/** What an engine starts with. */
export interface EngineStart {
  /** The networks' first flat vectors, [agents · size] tensor after tensor; copied. */
  readonly initial: ReadonlyMap<string, Float32Array>;
  /** What the caller fills before each run, by input name. */
  readonly batch: Readonly<Record<string, BatchInput>>;
}

/** Engines of the same training step, which share what it was compiled to. */
export interface Engines {
  readonly engines: readonly TrainingEngine[];
  close(): Promise<void>;
}

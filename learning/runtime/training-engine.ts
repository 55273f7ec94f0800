/** Which library runs the training steps. */
export const engineNames = ["onnx", "tfjs"] as const;

export type EngineName = (typeof engineNames)[number];

/**
 * Runs a training step again and again on what its batch holds. It keeps the parameters, the moments
 * and the target of every network, [agents, size] each, flat.
 */
export interface TrainingEngine {
  /** One update of every agent; its metrics [agents, metrics], valid until the next run. */
  run(): Promise<Float32Array>;
  /** A network's parameters [agents, size]: read between runs, and valid until the next one. */
  parameters(network: string): Float32Array;
  /** Replaces one agent's parameters of a network; its moments stay. */
  adopt(network: string, agent: number, flat: Float32Array): void;
  /** Ĝ ← G, of every agent. */
  syncTarget(): void;
  /** Everything the next update depends on but the batch, by name: what is written here comes back. */
  state(): ReadonlyMap<string, Float32Array>;
  close(): Promise<void>;
}

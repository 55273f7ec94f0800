import type { Weights } from "../core/weights/tensor.ts";
import type { TrainingRecord } from "./policy/export-policy.ts";
import type { Decisions } from "./policy/policy-session.ts";

/** What a step taught: (o, a, r, o′), in the problem's raw units. */
export interface Transition {
  readonly observation: Float64Array;
  readonly action: Float64Array;
  readonly reward: number;
  readonly nextObservation: Float64Array;
}

/** One training step in numbers. */
export interface UpdateMetrics {
  /** Updates so far, this one included. */
  readonly update: number;
  /** Mean ½ξ² over the generator's minibatch. */
  readonly tdLoss: number;
  /** Mean Q of the actions taken. */
  readonly meanValue: number;
  /** By what the learning rate grew; only where it adapts. */
  readonly rateFactor?: number;
  /** Root mean square of the targets; only where exploration adapts. */
  readonly targetRms?: number;
  /** J_G (12); only with a discriminator. */
  readonly generatorLoss?: number;
  /** J_D (14) at the last critic step; only with a discriminator. */
  readonly discriminatorLoss?: number;
}

/** Learns a policy from transitions. Calls must not overlap: each waits for the one before. */
export interface Learner {
  /**
   * Stores a transition. False, and nothing stored, when a number is missing or not finite, or there
   * is no such action (an allocation must use the whole budget).
   */
  remember(transition: Transition): boolean;
  /** One training step; undefined while the replay memory holds less than a minibatch. */
  update(): Promise<UpdateMetrics | undefined>;
  /** The generator's parameters, copied: all that ever leaves an agent. */
  generatorWeights(): Weights;
  /**
   * Goes on from other generator weights (18); the target network follows at its next sync.
   *
   * @throws SlotwiseError WEIGHTS_INVALID when names or shapes differ or a number is not finite
   */
  loadGenerator(weights: Weights): void;
  /** The generator as an ONNX policy file. */
  exportPolicy(training: TrainingRecord): Uint8Array;
  /** argmax Q of every observation, with the noise at its mean. */
  greedy(observations: readonly Float64Array[]): Promise<Decisions>;
  /** ε at a slot, or a sweep of the energy system. */
  explorationRate(slot: number): number;
  close(): Promise<void>;
}

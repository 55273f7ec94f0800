import type { LearnerConfig } from "../algorithms/learner-config.ts";
import { explorationRate } from "./exploration.ts";
import { learningRateFactor } from "./learning-rate.ts";

/** What an update says of the settings that may follow it. */
interface Evidence {
  readonly tdLoss: number;
  /** Factor of the learning rate, where it adapts. */
  readonly rateFactor?: number;
  /** √E[y²] of the targets, where exploration adapts. */
  readonly targetRms?: number;
}

/** The learning rate and ε of a learner: by their schedules, or following its updates. */
export class AdaptiveSettings {
  private readonly config: LearnerConfig;
  private rate: number;
  private epsilon: number;

  constructor(config: LearnerConfig) {
    this.config = config;
    this.rate = config.generatorLearningRate;
    this.epsilon = config.exploration.initial;
  }

  /** What it has come to, for `restore`. */
  state(): readonly [rate: number, epsilon: number] {
    return [this.rate, this.epsilon];
  }

  restore([rate, epsilon]: readonly [rate: number, epsilon: number]): void {
    this.rate = rate;
    this.epsilon = epsilon;
  }

  /** The generator's learning rate in an episode. */
  learningRate(episode: number): number {
    const { adaptiveLearningRate, learningRateDecay } = this.config;
    const factor = adaptiveLearningRate ? 1 : learningRateFactor(learningRateDecay, episode);
    return this.rate * factor;
  }

  /** ε at a slot, or a sweep of the energy system. */
  explorationRate(slot: number): number {
    const { adaptiveExploration, exploration } = this.config;
    return adaptiveExploration ? this.epsilon : explorationRate(exploration, slot);
  }

  /**
   * Follows an update. ε by value differences (Tokic, KI 2010), with the temporal difference's root
   * mean square as a share of the targets' in place of the table's |ΔQ|: it falls as values explain
   * their targets, in whatever unit they are.
   */
  follow({ tdLoss, rateFactor, targetRms }: Evidence): void {
    const { adaptiveLearningRate, adaptiveExploration } = this.config;
    if (adaptiveLearningRate && rateFactor !== undefined) {
      const { smallest, largest } = adaptiveLearningRate;
      this.rate = Math.min(largest, Math.max(smallest, this.rate * rateFactor));
    }
    if (adaptiveExploration && targetRms !== undefined) {
      const { gain, sensitivity, smallest } = adaptiveExploration;
      const unexplained = Math.sqrt(2 * tdLoss) / Math.max(targetRms, 1e-12);
      const wanted = Math.tanh(unexplained / (2 * sensitivity));
      this.epsilon = Math.max(smallest, this.epsilon + gain * (wanted - this.epsilon));
    }
  }
}

import type { Excess } from "../../core/energy/multipliers.ts";
import { type EnergyOutcome, energyOutcome } from "../../core/energy/outcome.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import type { Sweep } from "../../core/energy/sweep.ts";
import { clamp, sweepActions } from "../../core/energy/sweep-task.ts";
import type { EnergySlot } from "../../core/energy/task.ts";
import { taskFeatures } from "../../core/energy/task-features.ts";
import type { Random } from "../../core/random.ts";
import type { Learner } from "../learner.ts";
import type { EnergyTrainingConfig } from "./energy-training-config.ts";

/** One slot to learn on, and who learns. */
export interface EpisodeParts {
  readonly scenario: EnergyScenario;
  readonly training: EnergyTrainingConfig;
  readonly slot: EnergySlot;
  readonly sweep: Sweep;
  readonly learner: Learner;
  readonly random: Random;
}

export interface EpisodeSummary {
  /** Mean reward of an action, exploration included. */
  readonly meanReward: number;
  /** Mean of max_a Q over the tasks and the first half of the sweeps. */
  readonly meanValue: number;
  /** Mean discounted return that followed there, exploration included: what Q should be. */
  readonly meanReturn: number;
}

/** What a task did in one sweep. */
interface TaskStep {
  readonly observation: Float64Array;
  readonly action: Float64Array;
  readonly value: number;
  reward: number;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Σ γⁱ r of every step of a task. */
function returnsOf(steps: readonly TaskStep[], discount: number): number[] {
  let following = 0;
  return steps
    .map(({ reward }) => reward)
    .reverse()
    .map((reward) => {
      following = reward + discount * following;
      return following;
    })
    .reverse();
}

/** One slot under a learning policy, sweep after sweep. */
export class EnergyTrainingEpisode {
  private readonly steps: TaskStep[][];
  private readonly parts: EpisodeParts;

  constructor(parts: EpisodeParts) {
    this.parts = parts;
    this.steps = parts.slot.tasks.map(() => []);
  }

  /** Every task acts once: at random with probability ε, else greedily. */
  async sweepOnce(explorationRate: number): Promise<void> {
    const { sweep, learner, random, training } = this.parts;
    for (const group of sweep.groups()) {
      const observations = group.map((k) => this.observe(k));
      const { actions, values } = await learner.greedy(observations);
      for (const [i, k] of group.entries()) {
        const explores = random.uniform() < explorationRate;
        const action = explores
          ? Float64Array.of(random.integer(sweepActions.length))
          : (actions[i] as Float64Array);
        const observation = observations[i] as Float64Array;
        this.act(k, { observation, action, value: values[i] as number, reward: 0 });
      }
    }
    if (training.reward === "paper") this.shareReward();
  }

  /** Stores what the tasks learned last, now that it is known where they stand next. */
  remember(): void {
    for (const [k, steps] of this.steps.entries()) {
      const { observation, action, reward } = steps.at(-1) as TaskStep;
      const nextObservation = this.observe(k);
      this.parts.learner.remember({ observation, action, reward, nextObservation });
    }
  }

  /** Mean energy, or null where a constraint is broken. */
  meanEnergyJ(): number | null {
    const outcome = this.outcome();
    return outcome.violated.length === 0 ? outcome.meanEnergyJ : null;
  }

  /** What is beyond the limits at the end. */
  excess(): Excess {
    return this.parts.sweep.excess();
  }

  /** What the episode says of rewards, values and returns; the latter over its first half. */
  summary(discount: number): EpisodeSummary {
    const half = (list: readonly number[]) => list.slice(0, Math.ceil(list.length / 2));
    const { steps } = this;
    return {
      meanReward: mean(steps.flatMap((task) => task.map(({ reward }) => reward))),
      meanValue: mean(steps.flatMap((task) => half(task.map(({ value }) => value)))),
      meanReturn: mean(steps.flatMap((task) => half(returnsOf(task, discount)))),
    };
  }

  private observe(k: number): Float64Array {
    const features = new Float32Array(taskFeatures.length);
    this.parts.sweep.featuresInto(features, 0, k);
    return Float64Array.from(features);
  }

  private act(k: number, step: TaskStep): void {
    const { sweep, training } = this.parts;
    const costJ = () => (training.reward === "lagrangian" ? sweep.lagrangianJ(k) : sweep.costJ(k));
    const beforeJ = costJ();
    sweep.act(k, step.action[0] as number);
    if (training.reward !== "paper") {
      const saved = training.rewardPerJ * (beforeJ - costJ());
      step.reward = clamp(saved, [-training.rewardLimit, training.rewardLimit]);
    }
    this.steps[k]?.push(step);
  }

  private shareReward(): void {
    const { reward } = this.outcome();
    for (const steps of this.steps) (steps.at(-1) as TaskStep).reward = reward;
  }

  private outcome(): EnergyOutcome {
    const { scenario, slot, sweep } = this.parts;
    return energyOutcome(scenario, slot, sweep.decisions());
  }
}

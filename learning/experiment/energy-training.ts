import { z } from "zod";
import { drawEnergySlot } from "../../core/energy/draw.ts";
import { energyOutcome } from "../../core/energy/outcome.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import type { Sweep, SweepSettings } from "../../core/energy/sweep.ts";
import { startSweep } from "../../core/energy/sweep-run.ts";
import { sweepActions } from "../../core/energy/sweep-task.ts";
import type { EnergySlot } from "../../core/energy/task.ts";
import { taskFeatures } from "../../core/energy/task-features.ts";
import { createRandom, type Random } from "../../core/random.ts";
import type { LearnerConfig } from "../algorithms/learner-config.ts";
import type { Learner } from "../learner.ts";
import { createLearner } from "../onnx-learner.ts";
import { energyProblem } from "../problems/energy.ts";

/** How an energy policy is trained, beside its learner's configuration. */
export const energyTrainingSchema = z.strictObject({
  tasks: z
    .tuple([z.number().int().min(1), z.number().int().min(1)])
    .default([10, 100])
    .describe("fewest and most tasks of an episode's slot"),
  steps: z.number().int().min(2).default(40).describe("T_step, sweeps of an episode"),
  neutralStarts: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("share of episodes that begin at the nearest gateways instead of placed ones"),
  reward: z
    .enum(["difference", "paper"])
    .default("difference")
    .describe("what the task's own action saved, or the system's reward for every task"),
  rewardPerJ: z.number().positive().default(10).describe("reward of one saved joule"),
  updatesPerSweep: z.number().int().min(1).default(2).describe("updates after every sweep"),
});

export type EnergyTrainingConfig = z.output<typeof energyTrainingSchema>;

export interface EnergyTrainingOptions {
  readonly scenario: EnergyScenario;
  readonly sweep: SweepSettings;
  readonly config: LearnerConfig;
  readonly training: EnergyTrainingConfig;
  readonly episodes: number;
  readonly seed: number;
  /** Ends the run after the sweep under way. */
  readonly signal?: AbortSignal;
  readonly onEpisode?: (report: EnergyEpisode) => void;
}

export interface EnergyEpisode {
  readonly episode: number;
  readonly tasks: number;
  /** Mean reward of an action, exploration included. */
  readonly meanReward: number;
  /** Mean of max_a Q over the tasks and the first half of the sweeps. */
  readonly meanValue: number;
  /** Mean discounted return that followed there, exploration included: what Q should be. */
  readonly meanReturn: number;
  /** Mean ½ξ² of the updates; NaN while there were none. */
  readonly meanTdLoss: number;
  readonly updates: number;
  /** Mean energy at the end, J; null where a constraint is broken. */
  readonly meanEnergyJ: number | null;
}

export interface EnergyTraining {
  /** The caller closes it. */
  readonly learner: Learner;
  readonly episodes: number;
  readonly updates: number;
}

/** What a task did in one sweep. */
interface TaskStep {
  readonly observation: Float64Array;
  readonly action: Float64Array;
  readonly value: number;
  reward: number;
}

/** One slot under a learning policy, sweep after sweep. */
class Episode {
  readonly steps: TaskStep[][];
  private readonly options: EnergyTrainingOptions;
  private readonly slot: EnergySlot;
  private readonly sweep: Sweep;
  private readonly learner: Learner;
  private readonly random: Random;

  constructor(
    options: EnergyTrainingOptions,
    slot: EnergySlot,
    sweep: Sweep,
    learner: Learner,
    random: Random,
  ) {
    this.options = options;
    this.slot = slot;
    this.sweep = sweep;
    this.learner = learner;
    this.random = random;
    this.steps = slot.tasks.map(() => []);
  }

  /** Every task acts once: at random with probability ε, else greedily. */
  async sweepOnce(explorationRate: number): Promise<void> {
    for (const group of this.sweep.groups()) {
      const observations = group.map((k) => this.observe(k));
      const { actions, values } = await this.learner.greedy(observations);
      for (const [i, k] of group.entries()) {
        const explores = this.random.uniform() < explorationRate;
        const action = explores
          ? Float64Array.of(this.random.integer(sweepActions.length))
          : (actions[i] as Float64Array);
        const observation = observations[i] as Float64Array;
        this.act(k, { observation, action, value: values[i] as number, reward: 0 });
      }
    }
    if (this.options.training.reward === "paper") this.shareReward();
  }

  /** Stores what the tasks learned last, now that it is known where they stand next. */
  remember(): void {
    for (const [k, steps] of this.steps.entries()) {
      const { observation, action, reward } = steps.at(-1) as TaskStep;
      const nextObservation = this.observe(k);
      this.learner.remember({ observation, action, reward, nextObservation });
    }
  }

  /** Mean energy, or null where a constraint is broken. */
  meanEnergyJ(): number | null {
    const outcome = energyOutcome(this.options.scenario, this.slot, this.sweep.decisions());
    return outcome.violated.length === 0 ? outcome.meanEnergyJ : null;
  }

  private observe(k: number): Float64Array {
    const features = new Float32Array(taskFeatures.length);
    this.sweep.featuresInto(features, 0, k);
    return Float64Array.from(features);
  }

  private act(k: number, step: TaskStep): void {
    const { reward, rewardPerJ } = this.options.training;
    const beforeJ = this.sweep.costJ(k);
    this.sweep.act(k, step.action[0] as number);
    if (reward === "difference") step.reward = rewardPerJ * (beforeJ - this.sweep.costJ(k));
    this.steps[k]?.push(step);
  }

  private shareReward(): void {
    const { reward } = energyOutcome(this.options.scenario, this.slot, this.sweep.decisions());
    for (const steps of this.steps) (steps.at(-1) as TaskStep).reward = reward;
  }
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

/** What an episode says of values and returns, over the first half of its sweeps. */
function valuesAndReturns(steps: readonly (readonly TaskStep[])[], discount: number) {
  const half = (list: readonly number[]) => list.slice(0, Math.ceil(list.length / 2));
  return {
    meanReward: mean(steps.flatMap((task) => task.map(({ reward }) => reward))),
    meanValue: mean(steps.flatMap((task) => half(task.map(({ value }) => value)))),
    meanReturn: mean(steps.flatMap((task) => half(returnsOf(task, discount)))),
  };
}

/**
 * Trains an energy policy offline: an episode is one drawn slot of a drawn number of tasks, swept
 * `steps` times. Every task's step is a transition of the one network.
 */
export async function trainEnergy(options: EnergyTrainingOptions): Promise<EnergyTraining> {
  const { scenario, sweep, config, training, episodes, seed, signal } = options;
  const problem = energyProblem(scenario, sweep);
  const learner = await createLearner({ problem, config, seed });
  const random = createRandom(seed, 128);
  const [fewest, most] = training.tasks;
  let sweeps = 0;
  let updates = 0;
  let episode = 0;
  while (episode < episodes && !signal?.aborted) {
    const tasks = fewest + random.integer(most - fewest + 1);
    const slot = drawEnergySlot(scenario, tasks, random);
    const start = random.uniform() < training.neutralStarts ? "neutral" : "placed";
    const begun = startSweep(scenario, slot, { sweep, start });
    const run = new Episode(options, slot, begun, learner, random);
    const losses: number[] = [];
    for (let t = 0; t < training.steps && !signal?.aborted; t++) {
      await run.sweepOnce(learner.explorationRate(sweeps++));
      run.remember();
      for (let u = 0; u < training.updatesPerSweep; u++) {
        const metrics = await learner.update();
        if (metrics !== undefined) losses.push(metrics.tdLoss);
      }
    }
    episode++;
    updates += losses.length;
    options.onEpisode?.({
      episode,
      tasks,
      ...valuesAndReturns(run.steps, config.discount),
      meanTdLoss: mean(losses),
      updates: losses.length,
      meanEnergyJ: run.meanEnergyJ(),
    });
  }
  return { learner, episodes: episode, updates };
}

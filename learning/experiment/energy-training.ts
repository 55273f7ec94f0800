import { drawEnergySlot } from "../../core/energy/draw.ts";
import { ascend, multipliersSchema } from "../../core/energy/multipliers.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import type { SweepSettings } from "../../core/energy/sweep.ts";
import { startSweep } from "../../core/energy/sweep-run.ts";
import { createRandom, type Random } from "../../core/random.ts";
import type { LearnerConfig } from "../algorithms/learner-config.ts";
import { createLearner } from "../create-learner.ts";
import type { Learner } from "../learner.ts";
import { energyProblem } from "../problems/energy.ts";
import type { EnergyTrainingConfig } from "./energy-training-config.ts";
import { EnergyTrainingEpisode, type EpisodeSummary } from "./energy-training-episode.ts";

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

export interface EnergyEpisode extends EpisodeSummary {
  readonly episode: number;
  readonly tasks: number;
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
  /** The sweeps as training left them: with the multipliers that it learned, where it learned any. */
  readonly sweep: SweepSettings;
}

/** The sweeps that training begins with: the Lagrangian needs multipliers to begin with, 0 or given ones. */
function firstSweep({ sweep, training }: EnergyTrainingOptions): SweepSettings {
  if (training.reward !== "lagrangian" || sweep.multipliers !== undefined) return sweep;
  return { ...sweep, multipliers: multipliersSchema.parse({}) };
}

/** A drawn slot of a drawn number of tasks, ready to be swept. */
function beginEpisode(
  options: EnergyTrainingOptions,
  sweep: SweepSettings,
  learner: Learner,
  random: Random,
) {
  const { scenario, training } = options;
  const [fewest, most] = training.tasks;
  const tasks = fewest + random.integer(most - fewest + 1);
  const slot = drawEnergySlot(scenario, tasks, random);
  const start = random.uniform() < training.neutralStarts ? "neutral" : "placed";
  const begun = startSweep(scenario, slot, { sweep, start });
  const parts = { scenario, training, slot, sweep: begun, learner, random };
  return { tasks, run: new EnergyTrainingEpisode(parts) };
}

/** The updates owed after a sweep; the losses of those that were made. */
async function learn(learner: Learner, updates: number): Promise<number[]> {
  const losses: number[] = [];
  for (let u = 0; u < updates; u++) {
    const metrics = await learner.update();
    if (metrics !== undefined) losses.push(metrics.tdLoss);
  }
  return losses;
}

/**
 * Trains an energy policy offline: an episode is one drawn slot of a drawn number of tasks, swept
 * `steps` times. Every task's step is a transition of the one network.
 */
export async function trainEnergy(options: EnergyTrainingOptions): Promise<EnergyTraining> {
  const { config, training, episodes, seed, signal } = options;
  const problem = energyProblem(options.scenario, options.sweep);
  const learner = await createLearner({ problem, config, seed });
  const random = createRandom(seed, 128);
  let sweep = firstSweep(options);
  let sweeps = 0;
  let updates = 0;
  let episode = 0;
  while (episode < episodes && !signal?.aborted) {
    const { tasks, run } = beginEpisode(options, sweep, learner, random);
    const losses: number[] = [];
    for (let t = 0; t < training.steps && !signal?.aborted; t++) {
      await run.sweepOnce(learner.explorationRate(sweeps++));
      run.remember();
      losses.push(...(await learn(learner, training.updatesPerSweep)));
    }
    if (sweep.multipliers !== undefined && training.reward === "lagrangian") {
      const multipliers = ascend(sweep.multipliers, run.excess(), training.dualAscent);
      sweep = { ...sweep, multipliers };
    }
    episode++;
    updates += losses.length;
    options.onEpisode?.({
      episode,
      tasks,
      ...run.summary(config.discount),
      meanTdLoss: losses.reduce((a, b) => a + b, 0) / losses.length,
      updates: losses.length,
      meanEnergyJ: run.meanEnergyJ(),
    });
  }
  return { learner, episodes: episode, updates, sweep };
}

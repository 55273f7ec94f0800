import { z } from "zod";
import { evaluateEnergy } from "../core/energy/evaluation.ts";
import { type EnergyScenario, energyScenarioSchema } from "../core/energy/scenario.ts";
import type { SweepSettings } from "../core/energy/sweep.ts";
import { defaultSweepRun, runSweeps } from "../core/energy/sweep-run.ts";
import { energyLearnerSchema } from "../learning/energy-preset.ts";
import { type EnergyEpisode, trainEnergy } from "../learning/experiment/energy-training.ts";
import { energyTrainingSchema } from "../learning/experiment/energy-training-config.ts";
import { openEnergyPolicy } from "../learning/policy/energy-policy.ts";
import { exportPolicy, type TrainingRecord } from "../learning/policy/export-policy.ts";
import { verifyExport } from "../learning/policy/verify-export.ts";
import { energyProblem, sweepSettingsSchema } from "../learning/problems/energy.ts";
import { writeFileAtomic } from "../platform/atomic-file.ts";
import { loadConfig } from "../platform/config-file.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { requirePlaces } from "./energy-places.ts";

/** The energy paper's learned schemes: double deep Q-learning, and plain. */
export const energySchemes = ["ddql", "dql"] as const;

export interface EnergyTrainOptions {
  readonly scheme: (typeof energySchemes)[number];
  readonly episodes: number;
  readonly seed: number;
  readonly out: string;
  readonly config?: string;
  readonly evalSeed: number;
  readonly json?: true;
}

const configSchema = z.strictObject({
  scenario: energyScenarioSchema.prefault({}),
  sweep: sweepSettingsSchema.prefault({}),
  training: energyTrainingSchema.prefault({}),
  learner: energyLearnerSchema.prefault({}),
});

/** What a trained policy is evaluated on. */
export const evaluatedTasks = 50;
export const evaluatedDraws = 100;

/** A line on standard error for about twenty stretches of episodes, each the mean of its stretch. */
function showEpisodes(episodes: number): (report: EnergyEpisode) => void {
  const every = Math.max(1, Math.round(episodes / 20));
  let stretch: EnergyEpisode[] = [];
  return (report) => {
    stretch.push(report);
    const { episode } = report;
    if (episode % every !== 0 && episode !== 1 && episode !== episodes) return;
    const mean = (of: (report: EnergyEpisode) => number) =>
      stretch.reduce((sum, entry) => sum + of(entry), 0) / stretch.length;
    process.stderr.write(
      `episode ${episode}/${episodes}: reward ${mean((e) => e.meanReward).toFixed(4)}, Q ${mean((e) => e.meanValue).toFixed(3)}, return ${mean((e) => e.meanReturn).toFixed(3)}, ½ξ² ${mean((e) => e.meanTdLoss).toExponential(2)}\n`,
    );
    stretch = [];
  };
}

async function evaluateFile(
  bytes: Uint8Array,
  scenario: EnergyScenario,
  sweep: SweepSettings,
  options: EnergyTrainOptions,
) {
  const policy = await openEnergyPolicy(bytes);
  const settings = { ...defaultSweepRun, sweep };
  const result = await evaluateEnergy(
    scenario,
    {
      name: options.scheme,
      allocate: (drawn, slot) => runSweeps(policy, drawn, slot, settings),
    },
    {
      tasks: evaluatedTasks,
      draws: evaluatedDraws,
      seed: options.evalSeed,
      withDualBound: false,
      nowMs: () => performance.now(),
    },
  );
  await policy.release();
  return result;
}

/** Offline training over drawn slots; Ctrl-C keeps what was learned so far. */
export async function trainEnergyPolicy(options: EnergyTrainOptions): Promise<void> {
  const { scheme, seed, out } = options;
  const {
    scenario,
    sweep: firstSweep,
    training,
    learner: config,
  } = loadConfig(configSchema, options.config, {
    learner: { algorithm: scheme },
  });
  requirePlaces(scenario, scheme);
  const signal = shutdownSignal();
  const startedMs = performance.now();
  const onEpisode = showEpisodes(options.episodes);
  const { episodes } = options;
  const run = { scenario, sweep: firstSweep, config, training, episodes, seed, signal, onEpisode };
  const { learner, sweep, ...trained } = await trainEnergy(run);
  const problem = energyProblem(scenario, sweep);
  const written = (record: TrainingRecord) =>
    exportPolicy(problem, config, learner.generatorWeights(), record);
  const trainingS = (performance.now() - startedMs) / 1e3;
  const result = signal.aborted ? null : await evaluateFile(written({}), scenario, sweep, options);
  const command = `slotwise ${process.argv.slice(2).join(" ")}`;
  const record = { command, scheme, seed, ...trained, sweep, training, result };
  const bytes = written(record);
  const exportDifference = await verifyExport(problem, learner, bytes);
  await writeFileAtomic(out, bytes);
  await learner.close();
  const summary = { ...record, out, bytes: bytes.length, exportDifference, trainingS };
  const gap = result?.gap === null || result === null ? "-" : `${(100 * result.gap).toFixed(2)} %`;
  process.stdout.write(
    options.json
      ? `${JSON.stringify(summary)}\n`
      : `${out}: ${result?.feasible ?? "-"} of ${evaluatedDraws} draws feasible, ${gap} above the lower bound, ${trained.updates} updates in ${trainingS.toFixed(0)} s\n`,
  );
}

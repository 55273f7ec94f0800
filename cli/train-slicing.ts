import { z } from "zod";
import { evaluate } from "../core/slicing/evaluation.ts";
import { type SlicingScenario, slicingScenarioSchema } from "../core/slicing/scenario.ts";
import { learnerConfigSchema } from "../learning/algorithms/learner-config.ts";
import { type EpisodeReport, runFederated } from "../learning/experiment/federated-run.ts";
import { type Scheme, schemes } from "../learning/experiment/schemes.ts";
import type { Learner } from "../learning/learner.ts";
import { verifyExport } from "../learning/policy/verify-export.ts";
import { edgeLearnerSchema } from "../learning/presets.ts";
import { slicingProblem } from "../learning/problems/slicing.ts";
import { writeFileAtomic } from "../platform/atomic-file.ts";
import { loadConfig } from "../platform/config-file.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { Progress } from "./progress.ts";

export interface SlicingTrainOptions {
  readonly scheme: Scheme;
  readonly preset: keyof typeof presets;
  readonly episodes: number;
  readonly seed: number;
  readonly out: string;
  readonly config?: string;
  readonly evalSlots: number;
  readonly evalSeed: number;
  readonly json?: true;
}

export const presets = { edge: edgeLearnerSchema, paper: learnerConfigSchema };

function configSchema(preset: SlicingTrainOptions["preset"]) {
  return z.strictObject({
    scenario: slicingScenarioSchema.prefault({}),
    learner: presets[preset].prefault({}),
  });
}

/** A line on standard error for the first episode, every `every`th, and the last. */
function showEpisodes(episodes: number, every: number): (report: EpisodeReport) => void {
  return ({ episode, meanReward, meanTdLoss }) => {
    if (episode % every !== 0 && episode !== 1 && episode !== episodes) return;
    process.stderr.write(
      `episode ${episode}/${episodes}: reward ${meanReward.toFixed(4)}, ½ξ² ${meanTdLoss.toExponential(2)}\n`,
    );
  };
}

async function evaluateLearner(
  learner: Learner,
  scenario: SlicingScenario,
  options: SlicingTrainOptions,
) {
  const decide = async (observation: Float64Array) => {
    const { actions } = await learner.greedy([observation]);
    return actions[0] as Float64Array;
  };
  const progress = new Progress("eval", options.evalSlots);
  const policy = { name: options.scheme, decide };
  const result = await evaluate(scenario, policy, options.evalSlots, options.evalSeed, (done) =>
    progress.update(done),
  );
  progress.end();
  return result;
}

/** A federated run in one process; Ctrl-C keeps what was learned so far. */
export async function trainSlicing(options: SlicingTrainOptions): Promise<void> {
  const { scheme, episodes, seed, out } = options;
  const { scenario, learner: config } = loadConfig(configSchema(options.preset), options.config, {
    learner: schemes[scheme],
  });
  const signal = shutdownSignal();
  const startedMs = performance.now();
  const onEpisode = showEpisodes(episodes, Math.max(1, Math.round(episodes / 20)));
  const trained = await runFederated({ scenario, config, episodes, seed, signal, onEpisode });
  const trainingS = (performance.now() - startedMs) / 1e3;
  const { learner, updates } = trained;
  const result = signal.aborted ? null : await evaluateLearner(learner, scenario, options);
  const command = `slotwise ${process.argv.slice(2).join(" ")}`;
  const record = { command, scheme, seed, episodes: trained.episodes, updates, result };
  const bytes = learner.exportPolicy(record);
  const exportDifference = await verifyExport(slicingProblem(scenario, config), learner, bytes);
  await writeFileAtomic(out, bytes);
  await learner.close();
  const summary = { ...record, out, bytes: bytes.length, exportDifference, trainingS };
  process.stdout.write(
    options.json
      ? `${JSON.stringify(summary)}\n`
      : `${out}: reward ${result?.rewardMs.toFixed(4) ?? "not evaluated"} (ms), optimum ${result?.optimal.rewardMs.toFixed(4) ?? "-"}, ${updates} updates in ${trainingS.toFixed(0)} s\n`,
  );
}

import { Command, Option } from "commander";
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
import { systemOption, wholeNumber } from "./options.ts";
import { Progress } from "./progress.ts";

interface Options {
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

const presets = { edge: edgeLearnerSchema, paper: learnerConfigSchema };

function configSchema(preset: Options["preset"]) {
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

async function evaluateLearner(learner: Learner, scenario: SlicingScenario, options: Options) {
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

async function run(options: Options): Promise<void> {
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

/** `slotwise train`: a federated run in one process; Ctrl-C keeps what was learned so far. */
export function trainCommand(): Command {
  return new Command("train")
    .description("Train a policy: one learner per access point, averaged after every episode")
    .addOption(systemOption())
    .addOption(
      new Option("--scheme <name>", "what learns")
        .choices(Object.keys(schemes))
        .default("fed-d3qn-gan"),
    )
    .addOption(
      new Option("--preset <name>", "defaults of the learner")
        .choices(Object.keys(presets))
        .default("edge"),
    )
    .option("--episodes <n>", "episodes of 100 slots", wholeNumber(1), 1000)
    .option("--seed <s>", "seed of everything drawn", wholeNumber(0), 1)
    .requiredOption("--out <file>", "ONNX policy to write")
    .option("--config <file>", "YAML file with `scenario` and `learner` values")
    .option("--eval-slots <n>", "slots per access point to evaluate on", wholeNumber(1), 5000)
    .option("--eval-seed <s>", "seed of the evaluation", wholeNumber(0), 7)
    .option("--json", "print one line of JSON")
    .action(run);
}

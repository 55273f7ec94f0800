import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { slicingScenarioSchema } from "../core/slicing/scenario.ts";
import { learnerConfigSchema } from "../learning/algorithms/learner-config.ts";
import { learningCurve } from "../learning/experiment/learning-curve.ts";
import { renderPng, renderSvg } from "../learning/experiment/plots/render-chart.ts";
import { runSeeds } from "../learning/experiment/run-seeds.ts";
import { type SchemeName, schemes } from "../learning/experiment/schemes.ts";
import { federationFormsSchema } from "../learning/experiment/site-federation.ts";
import type { SiteResult, SiteRun } from "../learning/experiment/train-sites.ts";
import { edgeLearnerSchema } from "../learning/presets.ts";
import type { Provider } from "../learning/runtime/provider.ts";
import type { EngineName } from "../learning/runtime/training-engine.ts";
import { writeFileAtomic } from "../platform/atomic-file.ts";
import { loadConfig } from "../platform/config-file.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { LongRun } from "./long-run.ts";

export interface SlicingTrainOptions {
  readonly scheme: SchemeName;
  readonly preset: keyof typeof presets;
  readonly episodes: number;
  readonly seed: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly updateEvery: number;
  readonly learner: EngineName;
  readonly provider: Provider;
  readonly out: string;
  readonly checkpointEvery: number;
  readonly resume?: true;
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
    federation: federationFormsSchema.prefault({}),
  });
}

/** The command that gives these results from the start: a resumed run ends in the same bytes. */
function commandLine(): string {
  const words = process.argv.slice(2).filter((word) => word !== "--resume");
  return `slotwise ${words.join(" ")}`;
}

function siteRun(options: SlicingTrainOptions): SiteRun {
  const { scheme, seed, out } = options;
  const { algorithm, shared } = schemes[scheme];
  const schema = configSchema(options.preset);
  const given = loadConfig(schema, options.config, { learner: { algorithm } });
  const { scenario, learner: config, federation } = given;
  return {
    options: {
      scenario,
      config,
      shared,
      federation,
      seeds: Array.from({ length: options.seeds }, (_, i) => seed + i),
      updateEverySlots: options.updateEvery,
      engine: options.learner,
      provider: options.provider,
    },
    episodes: options.episodes,
    directory: out,
    checkpointEveryEpisodes: options.checkpointEvery,
    resume: options.resume ?? false,
    evaluationSlots: options.evalSlots,
    evaluationSeed: options.evalSeed,
    record: { command: commandLine(), scheme },
  };
}

function table(results: readonly SiteResult[]): string {
  return results
    .map(({ seed, episodes, performance, policies }) => {
      const figures =
        performance === null
          ? "not evaluated"
          : `reward ${performance.rewardMs.toFixed(4)} (ms), satisfaction ${performance.satisfaction.toFixed(4)}, delay ${performance.meanDelayMs.toFixed(2)} ms`;
      return `seed ${seed}: ${episodes} episodes, ${figures}; ${policies.join(" ")}\n`;
    })
    .join("");
}

/** Several seeds of one scheme; Ctrl-C saves what was learned so far, for `--resume`. */
export async function trainSlicing(options: SlicingTrainOptions): Promise<void> {
  const run = siteRun(options);
  const signal = shutdownSignal();
  const startedMs = performance.now();
  await mkdir(run.directory, { recursive: true });
  const progress = new LongRun(`train ${options.scheme}`);
  const results = await runSeeds(run, options.jobs, signal, (share) => progress.update(share));
  progress.end();
  const curve = await learningCurve(run);
  if (curve !== undefined) {
    const svg = await renderSvg(curve);
    await writeFileAtomic(join(run.directory, "reward.svg"), svg);
    await writeFileAtomic(join(run.directory, "reward.png"), renderPng(svg));
  }
  const trainingS = (performance.now() - startedMs) / 1e3;
  const summary = { ...run.record, scheme: options.scheme, out: options.out, trainingS, results };
  await writeFileAtomic(
    join(run.directory, "summary.json"),
    `${JSON.stringify(summary, null, 2)}\n`,
  );
  process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : table(results));
  if (signal.aborted) process.exitCode = 130;
}

import { join } from "node:path";
import { SlotwiseError } from "../../core/errors.ts";
import type { Performance } from "../../core/slicing/performance.ts";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import type { TrainingRecord } from "../policy/export-policy.ts";
import { verifyExport } from "../policy/verify-export.ts";
import { slicingProblem } from "../problems/slicing.ts";
import { evaluateSites } from "./evaluate-sites.ts";
import { SiteFiles } from "./site-files.ts";
import {
  type SiteState,
  SlicingTraining,
  type SlicingTrainingOptions,
} from "./slicing-training.ts";

/** A training run of several seeds: what to learn, for how long, and where its files go. */
export interface SiteRun {
  readonly options: SlicingTrainingOptions;
  readonly episodes: number;
  readonly directory: string;
  readonly checkpointEveryEpisodes: number;
  readonly resume: boolean;
  readonly evaluationSlots: number;
  readonly evaluationSeed: number;
  /** Goes into the policies' metadata: command and scheme. */
  readonly record: TrainingRecord;
}

/** What one seed's site came to. */
export interface SiteResult {
  readonly seed: number;
  readonly episodes: number;
  readonly updates: number;
  /** Greedy, on drawn slots; null when the run was stopped. */
  readonly performance: Performance | null;
  /** One policy file, or one per access point where they are not averaged. */
  readonly policies: readonly string[];
  /** Largest difference between a policy file and its learner. */
  readonly exportDifference: number;
}

export interface SiteRunEvents {
  stopped(): boolean;
  /** @param share of the episodes that are done */
  onEpisode(share: number): void;
}

async function exportSite(
  run: SiteRun,
  training: SlicingTraining,
  site: number,
  files: SiteFiles,
  record: TrainingRecord,
): Promise<Pick<SiteResult, "policies" | "exportDifference">> {
  const { scenario, config, shared } = run.options;
  const agents = training.agentsOf(site);
  const own = shared === "everything" ? agents.slice(0, 1) : agents;
  const problem = slicingProblem(scenario, config);
  const policies: string[] = [];
  let exportDifference = 0;
  for (const [b, agent] of own.entries()) {
    const bytes = training.learners.exportPolicy(agent, record);
    const learner = training.learners.of(agent);
    exportDifference = Math.max(exportDifference, await verifyExport(problem, learner, bytes));
    const name = own.length === 1 ? "policy.onnx" : `policy-ap-${b + 1}.onnx`;
    const path = join(files.directory, name);
    await writeFileAtomic(path, bytes);
    policies.push(path);
  }
  return { policies, exportDifference };
}

/** Seeds that go on side by side must have come as far. */
function requireAbreast(
  states: readonly (SiteState | undefined)[],
  saved: readonly SiteState[],
): readonly SiteState[] {
  const episodes = states.map((state) => state?.episodes ?? 0);
  if (episodes.every((done) => done === episodes[0])) return saved;
  throw new SlotwiseError("STATE_INVALID", {
    expected: "checkpoints after as many episodes for the seeds of one job",
    received: `episodes ${episodes.join(", ")}`,
    consequence: "nothing was trained; go on with the --jobs and --seeds that the run began with",
  });
}

/**
 * Trains seeds side by side, with a checkpoint every few episodes and one at the end, and writes
 * their policies. A stopped run ends after the episode under way, saved.
 *
 * @throws SlotwiseError LEARNING_DIVERGED, with the last checkpoints left as they are
 */
export async function trainSites(run: SiteRun, events: SiteRunEvents): Promise<SiteResult[]> {
  const { options, episodes, checkpointEveryEpisodes } = run;
  const files = options.seeds.map((seed) => new SiteFiles(run.directory, options, seed));
  const states = await Promise.all(files.map((own) => own.open(run.resume)));
  const training = await SlicingTraining.open(options);
  try {
    const saved = states.filter((state) => state !== undefined);
    if (saved.length > 0) training.restore(requireAbreast(states, saved));
    const save = async () => {
      for (const [site, own] of files.entries()) await own.save(training.state(site));
    };
    while (training.episodes < episodes && !events.stopped()) {
      const reports = await training.runEpisode();
      for (const [site, report] of reports.entries()) await files[site]?.append(report);
      if (training.episodes % checkpointEveryEpisodes === 0) await save();
      events.onEpisode(training.episodes / episodes);
    }
    await save();
    return await results(run, training, files, events.stopped());
  } finally {
    await training.close();
  }
}

async function results(
  run: SiteRun,
  training: SlicingTraining,
  files: readonly SiteFiles[],
  stopped: boolean,
): Promise<SiteResult[]> {
  const { scenario, seeds } = run.options;
  const performances = stopped
    ? []
    : await evaluateSites(
        training,
        seeds.length,
        scenario,
        run.evaluationSlots,
        run.evaluationSeed,
      );
  const sites: SiteResult[] = [];
  for (const [site, own] of files.entries()) {
    const seed = seeds[site] as number;
    const performance = performances[site] ?? null;
    const updates = training.learners.updateCount * training.agentsOf(site).length;
    const { episodes } = training;
    const record = { ...run.record, seed, episodes, updates, result: performance };
    const exported = await exportSite(run, training, site, own, record);
    sites.push({ seed, episodes, updates, performance, ...exported });
  }
  return sites;
}

import type { z } from "zod";
import type { Performance } from "../../../core/slicing/performance.ts";
import { type SlicingScenario, slicingScenarioSchema } from "../../../core/slicing/scenario.ts";
import {
  type LearnerConfig,
  type learnerConfigSchema,
  learnerConfigSchemaOver,
} from "../../algorithms/learner-config.ts";
import type { EpisodeReport } from "../../experiment/episode-tally.ts";
import { evaluateSites } from "../../experiment/evaluate-sites.ts";
import { type SchemeName, schemes } from "../../experiment/schemes.ts";
import type { FederationForms } from "../../experiment/site-federation.ts";
import { SlicingTraining } from "../../experiment/slicing-training.ts";
import { reproductionLearner } from "./learner.ts";

/** Several seeds of one scheme, trained and evaluated side by side. */
export interface TrainingUnit {
  readonly kind: "training";
  readonly scheme: SchemeName;
  /** Over the reproduction's learner. */
  readonly learner: z.input<typeof learnerConfigSchema>;
  /** Over the paper's scenario. */
  readonly scenario: z.input<typeof slicingScenarioSchema>;
  /** How weights travel; exactly unless said otherwise. */
  readonly federation?: FederationForms;
  readonly seeds: readonly number[];
  readonly episodes: number;
  readonly updateEverySlots: number;
  /** Users per access point that the trained policies meet; all on the same drawn slots. */
  readonly evaluatedUsers: readonly number[];
  readonly evaluationSlots: number;
  readonly evaluationSeed: number;
}

/** One seed's episodes, a number each; of bytes 0 where nothing is shared. */
interface Course {
  readonly seed: number;
  readonly meanReward: readonly number[];
  readonly meanDelayMs: readonly number[];
  readonly satisfaction: readonly number[];
  readonly tdLoss: readonly number[];
  /** Of the episode's update, the mean of the site's. */
  readonly updateBytes: readonly number[];
  readonly globalBytes: readonly number[];
}

export interface TrainingResult {
  /** One per seed. */
  readonly courses: readonly Course[];
  /** One per number of users, each with one performance per seed. */
  readonly evaluations: readonly {
    readonly users: number;
    readonly sites: readonly Performance[];
  }[];
}

function courseOf(seed: number, reports: readonly EpisodeReport[]): Course {
  return {
    seed,
    meanReward: reports.map(({ meanReward }) => meanReward),
    meanDelayMs: reports.map(({ meanDelayMs }) => meanDelayMs),
    satisfaction: reports.map(({ satisfaction }) => satisfaction),
    tdLoss: reports.map(({ tdLoss }) => tdLoss ?? 0),
    updateBytes: reports.map(({ updateBytes }) => updateBytes ?? 0),
    globalBytes: reports.map(({ globalBytes }) => globalBytes ?? 0),
  };
}

/** What a unit trains on and with. */
function settingsOf(unit: TrainingUnit): {
  scenario: SlicingScenario;
  config: LearnerConfig;
} {
  const { algorithm } = schemes[unit.scheme];
  return {
    scenario: slicingScenarioSchema.parse(unit.scenario),
    config: learnerConfigSchemaOver(reproductionLearner).parse({ ...unit.learner, algorithm }),
  };
}

export async function runTraining(
  unit: TrainingUnit,
  onProgress: (share: number) => void,
): Promise<TrainingResult> {
  const { scenario, config } = settingsOf(unit);
  const { seeds, episodes, updateEverySlots, federation } = unit;
  const { shared } = schemes[unit.scheme];
  const training = await SlicingTraining.open({
    scenario,
    config,
    shared,
    seeds,
    updateEverySlots,
    ...(federation && { federation }),
  });
  const reports: EpisodeReport[][] = seeds.map(() => []);
  while (training.episodes < episodes) {
    for (const [site, report] of (await training.runEpisode()).entries()) {
      reports[site]?.push(report);
    }
    onProgress(training.episodes / episodes);
  }
  const evaluations: TrainingResult["evaluations"][number][] = [];
  for (const users of unit.evaluatedUsers) {
    const met = { ...scenario, usersPerAccessPoint: users };
    const { evaluationSlots: slots, evaluationSeed: seed } = unit;
    evaluations.push({
      users,
      sites: await evaluateSites(training, seeds.length, met, slots, seed),
    });
  }
  await training.close();
  return {
    courses: seeds.map((seed, site) => courseOf(seed, reports[site] ?? [])),
    evaluations,
  };
}

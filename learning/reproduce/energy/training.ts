import { palette } from "../../experiment/plots/palette.ts";
import type { Interval } from "../../experiment/statistics/interval.ts";
import { meanInterval } from "../../experiment/statistics/interval.ts";
import { isNear, shown, signVerdict } from "../claim.ts";
import { convergedAt, finalValue, movingMean, windowEpisodes } from "../convergence.ts";
import type { Experiment } from "../experiment.ts";
import { type Claim, type Figure, type Sample, summaryPoints, summaryRows } from "../figure.ts";
import { excess } from "../paired-series.ts";
import type { EnergySettings } from "./settings.ts";

/** One training run of Fig. 4. */
export interface TrainingUnit {
  readonly kind: "training";
  readonly scheme: "ddql" | "dql";
  /** The system's reward for every task, as in the paper, or what the task's own action saved. */
  readonly reward: "paper" | "difference";
  readonly seed: number;
  readonly episodes: number;
}

/** Per episode: the mean Q value of the greedy actions, and the discounted return that followed. */
export interface TrainingCourse {
  readonly meanQ: readonly number[];
  readonly meanReturn: readonly number[];
}

const names = { dql: "DQL", ddql: "DDQL" } as const;
const schemes = ["dql", "ddql"] as const;
const rewards = ["paper", "difference"] as const;
const sameEpisodes = 0.5;

/** Q values that stay so near to their end have settled. */
const settledWithin = 0.1;

type Runs = readonly (TrainingUnit & TrainingCourse)[];

/** One number of every run, a series per scheme; values in the order of the seeds. */
function bySeed(runs: Runs, of: (course: TrainingCourse) => number): Sample[] {
  return schemes.map((scheme) => ({
    panel: "",
    series: names[scheme],
    x: 0,
    values: runs.filter((run) => run.scheme === scheme).map(of),
  }));
}

function intervalOf(samples: readonly Sample[], series: string): Interval | undefined {
  const own = samples.filter((sample) => sample.series === series);
  return meanInterval(own.flatMap(({ values }) => values.filter((v): v is number => v !== null)));
}

function convergenceClaim(converged: readonly Sample[], series: string, paper: number): Claim {
  const interval = intervalOf(converged, series);
  const same = interval !== undefined && isNear(interval.mean, paper, sameEpisodes);
  return {
    claim: `${series}'s Q values converge after about ${paper} episodes`,
    paper: `about ${paper} episodes`,
    measured: shown(interval, "episodes", 0),
    verdict: same ? "reproduced" : "not reproduced",
    reason: `until the mean of ${windowEpisodes} episodes stays within 10 % of its end; the same: within a half`,
  };
}

/** @param runs with the paper's reward */
function claimsOf(runs: Runs): Claim[] {
  const converged = bySeed(runs, ({ meanQ }) => convergedAt(meanQ, settledWithin));
  const ends = bySeed(runs, ({ meanQ }) => finalValue(meanQ));
  const above = bySeed(runs, ({ meanQ, meanReturn }) => finalValue(meanQ) - finalValue(meanReturn));
  const faster = excess(converged, "DQL", "DDQL");
  const larger = excess(ends, "DQL", "DDQL");
  const overDql = intervalOf(above, "DQL");
  const reason = "mean of the last quarter of the episodes, the paper's reward";
  return [
    convergenceClaim(converged, "DDQL", 100),
    convergenceClaim(converged, "DQL", 300),
    {
      claim: "DDQL converges faster than DQL",
      paper: "by about 200 episodes",
      measured: `DQL − DDQL: ${shown(faster, "episodes", 0)}`,
      verdict: signVerdict(faster),
      reason: "the same seeds for both",
    },
    {
      claim: "DQL's Q values are larger than DDQL's",
      paper: "clearly larger",
      measured: `DQL − DDQL: ${shown(larger, "", 2)}`,
      verdict: signVerdict(larger),
      reason,
    },
    {
      claim: "DQL overestimates its return",
      paper: "overestimates",
      measured: `Q − return: DQL ${shown(overDql, "", 2)}, DDQL ${shown(intervalOf(above, "DDQL"), "", 2)}`,
      verdict: signVerdict(overDql),
      reason: `${reason}; the return includes 2 % of random actions`,
    },
  ];
}

const everyEpisodes = 5;

/** One sample per reward, scheme, quantity and every fifth episode, over the seeds. */
function coursesOf(runs: Runs): Sample[] {
  return rewards.flatMap((panel) =>
    schemes.flatMap((scheme) => {
      const own = runs.filter((run) => run.reward === panel && run.scheme === scheme);
      const q = own.map(({ meanQ }) => movingMean(meanQ));
      const earned = own.map(({ meanReturn }) => movingMean(meanReturn));
      const at = (courses: readonly number[][], e: number) => courses.map((run) => run[e] ?? null);
      const shown = Math.floor((own[0]?.episodes ?? 0) / everyEpisodes);
      return Array.from({ length: shown }, (_, i) => (i + 1) * everyEpisodes).flatMap((x) => [
        { panel, series: names[scheme], x, values: at(q, x - 1) },
        { panel, series: `${names[scheme]}: true return`, x, values: at(earned, x - 1) },
      ]);
    }),
  );
}

const axisTitles = {
  paper: "Q value, the paper's reward",
  difference: "Q value, reward of the own action",
};

/** Fig. 4: Q values over training, beside the discounted return that the actions really earned. */
export const trainingExperiment: Experiment<EnergySettings, TrainingUnit, TrainingCourse> = {
  figures: [4],
  units: ({ seed, trainingSeeds, trainingEpisodes: episodes }) =>
    Array.from({ length: trainingSeeds }, (_, i) => seed + i).flatMap((trainingSeed) =>
      rewards.flatMap((reward) =>
        schemes.map(
          (scheme): TrainingUnit => ({
            kind: "training",
            scheme,
            reward,
            seed: trainingSeed,
            episodes,
          }),
        ),
      ),
    ),
  draw: ({ trainingSeeds }, units, results): Figure[] => {
    const runs = units.map((unit, i) => ({ ...unit, ...(results[i] as TrainingCourse) }));
    const samples = coursesOf(runs);
    return [
      {
        number: 4,
        title: "Q values over training",
        charts: [
          {
            title: "Fig. 4: Q values over training at K = 50",
            subtitle: `mean and 95 % interval of ${trainingSeeds} seeds, moving mean of ${windowEpisodes} episodes; true return: the discounted rewards that followed`,
            series: [
              { name: "DQL", color: palette.blue },
              { name: "DQL: true return", color: palette.skyBlue, dash: [5, 3] },
              { name: "DDQL", color: palette.vermillion },
              { name: "DDQL: true return", color: palette.orange, dash: [5, 3] },
            ],
            panels: rewards.map((reward) => ({
              kind: "lines",
              x: { title: "training episode" },
              y: { title: axisTitles[reward] },
              points: summaryPoints(samples, reward),
            })),
          },
        ],
        rows: summaryRows(samples),
        samples,
        claims: claimsOf(runs.filter((run) => run.reward === "paper")),
      },
    ];
  },
};

import type { Chart } from "../../experiment/plots/chart.ts";
import { meanInterval } from "../../experiment/statistics/interval.ts";
import { convergedAt, movingMean, windowEpisodes } from "../convergence.ts";
import type { Experiment } from "../experiment.ts";
import { type Figure, type Sample, summaryPoints, summaryRows } from "../figure.ts";
import { loadClaims, rewardClaims, tradeOffClaims } from "./learning-claims.ts";
import { type Run, referenceSamples, runsOf, schemeSamples, styles } from "./series.ts";
import type { SlicingSettings } from "./settings.ts";
import type { SlicingResult, SlicingUnit } from "./slicing-runner.ts";
import { paperSchemes, schemeLabels, trainingUnits } from "./units.ts";

/** The paper's number of users per access point. */
const trainedUsers = 20;

const everyEpisodes = 10;

/** A reward stays so near to its end once it has converged. */
const settledWithin = 0.02;

/** One sample per scheme and every tenth episode, over the seeds. */
function courseSamples(runs: readonly Run[], panel: string): Sample[] {
  return paperSchemes.flatMap((scheme) => {
    const courses = runs
      .filter((run) => run.scheme === scheme)
      .flatMap((run) => run.courses.map(({ meanReward }) => movingMean(meanReward)));
    const shown = Math.floor((courses[0]?.length ?? 0) / everyEpisodes);
    return Array.from({ length: shown }, (_, i) => (i + 1) * everyEpisodes).map((x) => ({
      panel,
      series: schemeLabels[scheme],
      x,
      values: courses.map((course) => course[x - 1] ?? null),
    }));
  });
}

function convergedSamples(runs: readonly Run[]): Sample[] {
  return paperSchemes.map((scheme) => ({
    panel: "converged at episode",
    series: schemeLabels[scheme],
    x: 0,
    values: runs
      .filter((run) => run.scheme === scheme)
      .flatMap((run) => run.courses.map((c) => convergedAt(c.meanReward, settledWithin))),
  }));
}

/** A measure of every scheme and reference as one panel of bars. */
function barPanel(samples: readonly Sample[], title: string): Chart["panels"][number] {
  return {
    kind: "bars",
    x: { title: "" },
    y: { title, fromZero: false },
    bars: samples.flatMap(({ series, values }) => {
      const interval = meanInterval(values.filter((value): value is number => value !== null));
      if (interval === undefined) return [];
      const { mean: y, low, high, count } = interval;
      return [{ series, category: "", y, ...(count > 1 && { low, high }) }];
    }),
  };
}

interface Drawn {
  readonly settings: SlicingSettings;
  readonly units: readonly SlicingUnit[];
  readonly results: readonly SlicingResult[];
  readonly runs: readonly Run[];
}

function subtitle({ seeds, episodes }: SlicingSettings): string {
  return `mean and 95 % interval of ${seeds} seeds, ${episodes} episodes`;
}

function rewardFigure({ settings, units, results, runs }: Drawn): Figure {
  const course = courseSamples(runs, "reward while learning");
  const at = { panel: "final reward", x: 0, users: trainedUsers };
  const final = [
    ...schemeSamples(runs, at, "rewardMs"),
    ...referenceSamples(units, results, at, "rewardMs"),
  ];
  const converged = convergedSamples(runs);
  const samples = [...course, ...final, ...converged];
  return {
    number: 3,
    title: "Reward over training",
    charts: [
      {
        title: "Fig. 3: reward over training",
        subtitle: `${subtitle(settings)}; left: moving mean of ${windowEpisodes} episodes, exploration included; right: the greedy policies at the end`,
        series: styles,
        panels: [
          {
            kind: "lines",
            x: { title: "training episode" },
            y: { title: "system reward" },
            points: summaryPoints(course, "reward while learning"),
          },
          barPanel(final, "final reward of an access point (ms)"),
        ],
      },
    ],
    rows: summaryRows(samples),
    samples: [...final, ...converged],
    claims: rewardClaims(final, converged),
  };
}

function tradeOffFigure({ settings, units, results, runs }: Drawn): Figure {
  const of = (panel: string, measure: "meanDelayMs" | "satisfaction") => {
    const at = { panel, x: 0, users: trainedUsers };
    return [...schemeSamples(runs, at, measure), ...referenceSamples(units, results, at, measure)];
  };
  const delay = of("delay", "meanDelayMs");
  const satisfaction = of("satisfaction", "satisfaction");
  const samples = [...delay, ...satisfaction];
  return {
    number: 4,
    title: "Satisfaction against delay",
    charts: [
      {
        title: "Fig. 4: mean delay and satisfaction after training",
        subtitle: subtitle(settings),
        series: styles,
        panels: [barPanel(delay, "mean delay (ms)"), barPanel(satisfaction, "satisfaction")],
      },
    ],
    rows: summaryRows(samples),
    samples,
    claims: tradeOffClaims(delay, satisfaction),
  };
}

function loadFigure({ settings, units, results, runs }: Drawn): Figure {
  const panel = "satisfaction";
  const samples = settings.users.flatMap((users) => {
    const at = { panel, x: users, users };
    return [
      ...schemeSamples(runs, at, "satisfaction"),
      ...referenceSamples(units, results, at, "satisfaction"),
    ];
  });
  return {
    number: 5,
    title: "Satisfaction against users per access point",
    charts: [
      {
        title: "Fig. 5: satisfaction against users per access point",
        subtitle: `${subtitle(settings)} with ${trainedUsers} users`,
        series: styles,
        panels: [
          {
            kind: "lines",
            x: { title: "users per access point" },
            y: { title: panel },
            points: summaryPoints(samples, panel),
            marks: true,
          },
        ],
      },
    ],
    rows: summaryRows(samples),
    samples,
    claims: loadClaims(samples, settings.users),
  };
}

/** Figs. 3, 4 and 5: the four schemes trained as in Table 1, then met by more and fewer users. */
export const learningExperiment: Experiment<SlicingSettings, SlicingUnit, SlicingResult> = {
  figures: [3, 4, 5],
  units: (settings) => [
    ...paperSchemes.flatMap((scheme) =>
      trainingUnits(settings, { scheme, evaluatedUsers: settings.users }),
    ),
    ...(["equal", "sqrt-load"] as const).map(
      (policy): SlicingUnit => ({
        kind: "reference",
        policy,
        users: settings.users,
        accessPoints: 4,
        evaluationSlots: settings.evaluationSlots,
        evaluationSeed: settings.evaluationSeed,
      }),
    ),
  ],
  draw: (settings, units, results) => {
    const drawn = { settings, units, results, runs: runsOf(units, results) };
    return [rewardFigure(drawn), tradeOffFigure(drawn), loadFigure(drawn)];
  },
};

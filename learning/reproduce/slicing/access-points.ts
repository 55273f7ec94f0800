import type { Interval } from "../../experiment/statistics/interval.ts";
import { shown, signVerdict } from "../claim.ts";
import type { Experiment } from "../experiment.ts";
import { type Claim, type Sample, summaryPoints, summaryRows } from "../figure.ts";
import { excess } from "../paired-series.ts";
import { sizeClaims } from "./learning-claims.ts";
import { referenceSamples, runsOf, schemeSamples, styles } from "./series.ts";
import type { SlicingSettings } from "./settings.ts";
import type { SlicingResult, SlicingUnit } from "./slicing-runner.ts";
import { paperSchemes, schemeLabels, systemReward, trainingUnits } from "./units.ts";

const panels = { delay: "mean delay (ms)", spread: "spread over seeds (ms)" };
const users = 20;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low as number) + (high as number)) / 2;
}

/** How far each seed lies from the median of its point, as Brown and Forsythe compare variances. */
function spreads(delay: readonly Sample[]): Sample[] {
  return delay.map((sample) => {
    const values = sample.values as readonly number[];
    const centre = median(values);
    return { ...sample, panel: panels.spread, values: values.map((v) => Math.abs(v - centre)) };
  });
}

/** What a series has at one number of access points minus what it has at another, paired by seed. */
function fall(samples: readonly Sample[], series: string, from: number, to: number) {
  const ends = samples
    .filter((sample) => sample.series === series && (sample.x === from || sample.x === to))
    .map((sample) => ({ ...sample, series: sample.x === from ? "from" : "to", x: 0 }));
  return excess(ends, "from", "to");
}

function fallClaim(claim: string, interval: Interval | undefined): Claim {
  return {
    claim,
    paper: "falls clearly",
    measured: `falls by ${shown(interval, "ms", 3)}`,
    verdict: signVerdict(interval),
    reason: "difference, paired by seed; negative: it grows",
  };
}

function claimsOf(delay: readonly Sample[], accessPoints: readonly number[]): Claim[] {
  const [from, to] = [Math.min(...accessPoints), Math.max(...accessPoints)];
  const proposed = schemeLabels["fed-d3qn-gan"];
  const trained = delay.filter(({ series }) => series !== "equal");
  return [
    ...sizeClaims(trained, 0.28, "lower mean delay", "less"),
    fallClaim(
      `${proposed}'s mean delay falls from ${from} to ${to} access points`,
      fall(delay, proposed, from, to),
    ),
    fallClaim(
      `the variance of ${proposed}'s delay falls from ${from} to ${to} access points`,
      fall(spreads(delay.filter(({ series }) => series === proposed)), proposed, from, to),
    ),
  ];
}

/** Fig. 6: trained with so many access points each, and evaluated with as many. */
export const accessPointsExperiment: Experiment<SlicingSettings, SlicingUnit, SlicingResult> = {
  figures: [6],
  units: (settings) => [
    ...settings.accessPoints.flatMap((accessPoints) =>
      paperSchemes.flatMap((scheme) =>
        trainingUnits(settings, {
          scheme,
          scenario: { reward: systemReward, accessPoints },
          episodes: settings.shortEpisodes,
        }),
      ),
    ),
    ...settings.accessPoints.flatMap((accessPoints) =>
      (["equal", "sqrt-load"] as const).map(
        (policy): SlicingUnit => ({
          kind: "reference",
          policy,
          users: [users],
          accessPoints,
          evaluationSlots: settings.evaluationSlots,
          evaluationSeed: settings.evaluationSeed,
        }),
      ),
    ),
  ],
  draw: (settings, units, results) => {
    const runs = runsOf(units, results);
    const delay = settings.accessPoints.flatMap((accessPoints) => {
      const at = { panel: panels.delay, x: accessPoints, users };
      const own = runs.filter((run) => run.scenario.accessPoints === accessPoints);
      const places = units.map((unit, i) => ({ unit, result: results[i] as SlicingResult }));
      const met = places.filter(
        ({ unit }) => unit.kind === "reference" && unit.accessPoints === accessPoints,
      );
      return [
        ...schemeSamples(own, at, "meanDelayMs"),
        ...referenceSamples(
          met.map(({ unit }) => unit),
          met.map(({ result }) => result),
          at,
          "meanDelayMs",
        ),
      ];
    });
    const seeded = delay.filter(({ values }) => values.length > 1);
    const samples = [...delay, ...spreads(seeded)];
    return [
      {
        number: 6,
        title: "Mean delay against access points",
        charts: [
          {
            title: "Fig. 6: mean delay against the number of access points",
            subtitle: `mean and 95 % interval of ${settings.seeds} seeds, ${settings.shortEpisodes} episodes; right: distance of a seed from the median seed`,
            series: styles,
            panels: [panels.delay, panels.spread].map((panel) => ({
              kind: "lines" as const,
              x: { title: "access points" },
              y: { title: panel },
              points: summaryPoints(samples, panel),
              marks: true,
            })),
          },
        ],
        rows: summaryRows(samples),
        samples,
        claims: claimsOf(delay, settings.accessPoints),
      },
    ];
  },
};

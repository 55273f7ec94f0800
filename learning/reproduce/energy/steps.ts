import { shown, signVerdict } from "../claim.ts";
import {
  type Claim,
  type Figure,
  type Sample,
  summaryPoints,
  summaryRows,
  type Verdict,
} from "../figure.ts";
import { excess } from "../paired-series.ts";
import { samplesOf, splitDraws } from "./collect.ts";
import type { DrawExperiment } from "./experiment.ts";
import { feasiblePanel } from "./feasible-panel.ts";
import { type Growth, growth } from "./growth.ts";
import { type Algorithm, styles } from "./series.ts";

const compared = ["GA", "PSO", "DQL", "DDQL"] as const satisfies readonly Algorithm[];
const name = "steps";
const fewTasks = 10;
const manyTasks = 60;

/** Twice the steps or more is steep; a quarter more or less is flat. */
const steep = 1;
const flat = 0.25;

function shownGrowth(grown: Growth | undefined): string {
  if (grown === undefined) return "too few draws feasible at both ends";
  return `${shown(grown.change, "%", 0, 100)} from K = ${grown.from} to ${grown.to}`;
}

function steepClaim(steps: readonly Sample[], series: Algorithm, from: number): Claim {
  const grown = growth(steps, series, from);
  let verdict: Verdict = signVerdict(grown?.change);
  if (verdict === "reproduced" && grown !== undefined && grown.change.mean < steep) {
    verdict = "in part";
  }
  return {
    claim: `${series} needs steeply more steps ${from === fewTasks ? "with more tasks" : `past ${from} tasks`}`,
    paper: "rises steeply",
    measured: shownGrowth(grown),
    verdict,
    reason: "steep: at least twice the steps, over the draws it solves at both ends",
  };
}

function flatClaim(steps: readonly Sample[], series: Algorithm): Claim {
  const grown = growth(steps, series);
  const verdict: Verdict =
    grown === undefined
      ? "not tested"
      : grown.change.mean > flat
        ? "not reproduced"
        : grown.change.mean < -flat
          ? "in part"
          : "reproduced";
  return {
    claim: `${series}'s steps stay about the same for any number of tasks`,
    paper: "nearly flat",
    measured: shownGrowth(grown),
    verdict,
    reason: "flat: within a quarter; in part: they fall",
  };
}

function fewerClaim(
  steps: readonly Sample[],
  claim: string,
  fewer: Algorithm,
  more: Algorithm,
): Claim {
  const interval = excess(steps, more, fewer);
  return {
    claim,
    paper: "fewer",
    measured: `${more} − ${fewer}: ${shown(interval, "steps")}`,
    verdict: signVerdict(interval),
    reason: "mean over draws, the same tasks for both",
  };
}

function claims(steps: readonly Sample[]): Claim[] {
  const few = steps.filter(({ x }) => x === fewTasks);
  return [
    steepClaim(steps, "GA", fewTasks),
    steepClaim(steps, "PSO", manyTasks),
    flatClaim(steps, "DQL"),
    flatClaim(steps, "DDQL"),
    fewerClaim(steps, "DDQL needs fewer steps than DQL", "DDQL", "DQL"),
    fewerClaim(few, "With 10 tasks GA needs fewer steps than DDQL", "GA", "DDQL"),
    fewerClaim(few, "With 10 tasks PSO needs fewer steps than DDQL", "PSO", "DDQL"),
  ];
}

/** Fig. 5: steps until the energy stays within 1 % of its end, tasks drawn from the full ranges. */
export const stepsExperiment: DrawExperiment = {
  figures: [5],
  units: ({ seed, stepsDraws: draws, taskCounts }) =>
    taskCounts.flatMap((tasks) =>
      splitDraws(draws, {
        seed,
        panel: name,
        x: tasks,
        tasks,
        algorithms: compared,
        withBounds: false,
        withCourse: false,
      }),
    ),
  draw: ({ stepsDraws: draws }, units, results): Figure[] => {
    const steps = samplesOf(units, results, (run) => run.steps);
    return [
      {
        number: 5,
        title: "Steps to converge against the number of tasks",
        charts: [
          {
            title: "Fig. 5: steps to converge against the number of tasks",
            subtitle: `mean and 95 % interval of the feasible ones of ${draws} draws a point (at least 5); a step handles every task once`,
            series: styles(compared),
            panels: [
              {
                kind: "lines",
                x: { title: "tasks K" },
                y: { title: "steps to converge", fromZero: true },
                points: summaryPoints(steps, name),
                marks: true,
              },
              feasiblePanel(steps),
            ],
          },
        ],
        rows: summaryRows(steps),
        samples: steps,
        claims: claims(steps),
      },
    ];
  },
};

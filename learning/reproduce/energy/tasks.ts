import { shown, signVerdict } from "../claim.ts";
import { type Claim, type Figure, type Sample, summaryPoints, summaryRows } from "../figure.ts";
import { boundSamples, samplesOf, splitDraws } from "./collect.ts";
import type { DrawExperiment } from "./experiment.ts";
import { feasiblePanel } from "./feasible-panel.ts";
import { gapChart, gapSamples } from "./gap-chart.ts";
import { growth } from "./growth.ts";
import { type ClaimedSavings, savingClaims } from "./saving-claims.ts";
import { savingsChart } from "./savings-chart.ts";
import { algorithms, bounds, styles } from "./series.ts";

const name = "tasks";
const smallGrowth = 0.15;

/** "Energy grows with K, but little", for DDQL from the fewest to the most tasks it can serve. */
function growthClaim(energy: readonly Sample[]): Claim {
  const grown = growth(energy, "DDQL");
  const rises = signVerdict(grown?.change);
  const little = grown !== undefined && grown.change.mean <= smallGrowth;
  return {
    claim: "DDQL's energy grows with the number of tasks, but only a little",
    paper: "grows slightly from K = 10 to 100",
    measured:
      grown === undefined
        ? "-"
        : `${shown(grown.change, "%", 1, 100)} more at K = ${grown.to} than at ${grown.from}`,
    verdict: rises === "reproduced" && !little ? "in part" : rises,
    reason:
      "the draws are the same tasks plus more; only draws that stay feasible at both ends count",
  };
}

/** Not the paper's: whether operation solves what the baselines solve. */
function coverageClaim(energy: readonly Sample[]): Claim {
  const solved = (series: string, x: number, draw: number) =>
    (energy.find((s) => s.series === series && s.x === x)?.values[draw] ?? null) !== null;
  const draws = energy
    .filter(({ series }) => series === "DDQL")
    .flatMap(({ x, values }) => values.map((value, draw) => ({ x, draw, value })));
  const solvable = draws.filter(({ x, draw }) => solved("GA", x, draw) || solved("PSO", x, draw));
  const met = solvable.filter(({ value }) => value !== null).length;
  return {
    claim: "DDQL is feasible wherever GA or PSO is",
    paper: "not stated",
    measured: `${met} of ${solvable.length} draws; ${draws.filter(({ value }) => value !== null).length} of all ${draws.length}`,
    verdict: met === solvable.length ? "reproduced" : "not reproduced",
    reason: "this project's own requirement",
  };
}

const claimed: ClaimedSavings = { RA: 65, GA: 21.5, PSO: 37.4, DQL: 5 };

/** Fig. 10: energy against the number of tasks, each of 300 Mcycles and 6 MB. */
export const tasksExperiment: DrawExperiment = {
  figures: [10],
  units: ({ seed, draws, taskCounts }) =>
    taskCounts.flatMap((tasks) =>
      splitDraws(draws, {
        seed,
        panel: name,
        x: tasks,
        tasks,
        cycles: 300e6,
        resultBytes: 6e6,
        algorithms,
        withBounds: true,
        withCourse: false,
      }),
    ),
  draw: ({ draws }, units, results): Figure[] => {
    const energy = samplesOf(units, results, ({ state }) => state.energyJ);
    const limits = boundSamples(units, results);
    const samples = [...energy, ...limits];
    const gaps = gapSamples(energy, limits);
    return [
      {
        number: 10,
        title: "Energy against the number of tasks",
        charts: [
          {
            title: "Fig. 10: energy against the number of tasks, 300 Mcycles and 6 MB each",
            subtitle: `mean and 95 % interval of the feasible ones of ${draws} draws a point (at least 5); bounds of the draws that some algorithm solves`,
            series: styles([...algorithms, ...bounds]),
            panels: [
              {
                kind: "lines",
                x: { title: "tasks K" },
                y: { title: "mean energy of a task", unit: "J" },
                points: summaryPoints(samples, name),
                marks: true,
              },
              feasiblePanel(energy),
            ],
          },
          gapChart("Fig. 10: what the lower bound leaves to save", gaps, {
            [name]: { title: "tasks K" },
          }),
          savingsChart("Fig. 10: what DDQL saves", energy, limits, claimed),
        ],
        rows: summaryRows([...samples, ...gaps]),
        samples,
        claims: [
          ...savingClaims(energy, limits, claimed),
          growthClaim(energy),
          coverageClaim(energy),
        ],
      },
    ];
  },
};

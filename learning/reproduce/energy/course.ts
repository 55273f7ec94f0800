import type { Axis, ChartPoint, Panel } from "../../experiment/plots/chart.ts";
import type { Figure, Row, Sample } from "../figure.ts";
import { summaryRows } from "../figure.ts";
import { samplesOf, splitDraws } from "./collect.ts";
import { delayClaims, energyClaims, resourceClaims } from "./course-claims.ts";
import type { DrawResult } from "./draw-unit.ts";
import type { DrawExperiment } from "./experiment.ts";
import { type Algorithm, bounds, styles } from "./series.ts";
import type { Quantity, SlotState } from "./slot-state.ts";

const tasks = 50;
const iterative = ["PSO", "DQL", "DDQL"] as const satisfies readonly Algorithm[];

/** Axis, and what a value is divided by to be in its unit. */
const shownAs: Record<Quantity, Axis & { readonly unitSize: number }> = {
  energyJ: { title: "mean energy of a task", unit: "J", unitSize: 1 },
  powerW: { title: "mean transmit power", unit: "W", unitSize: 1 },
  frequencyHz: { title: "mean CPU frequency", unit: "GHz", unitSize: 1e9 },
  delayS: { title: "mean delay of a task", unit: "s", unitSize: 1 },
  rateBitPerS: { title: "mean rate of a task", unit: "Mbit/s", unitSize: 1e6 },
};

/** The run shown: the first draw that all end feasibly, else the first. */
function shownDraw(draws: readonly DrawResult[]): DrawResult | undefined {
  const solved = ({ measured }: DrawResult) =>
    Object.values(measured).every((run) => run.state.feasible);
  return draws.find(solved) ?? draws[0];
}

/** A quantity after every step; a step that breaks a constraint has none. */
function coursePoints(draw: DrawResult, quantity: Quantity): ChartPoint[] {
  const { unitSize } = shownAs[quantity];
  return iterative.flatMap((series) => {
    const course: readonly SlotState[] = draw.measured[series]?.course ?? [];
    return course.map((state, i) => ({
      series,
      x: i + 1,
      y: state.feasible ? state[quantity] / unitSize : null,
    }));
  });
}

function coursePanel(points: readonly ChartPoint[], quantity: Quantity): Panel {
  const { title, unit } = shownAs[quantity];
  return {
    kind: "lines",
    x: { title: "step" },
    y: { title, ...(unit !== undefined && { unit }) },
    points,
  };
}

function courseRows(points: readonly ChartPoint[], quantity: Quantity): Row[] {
  const { unit = "" } = shownAs[quantity];
  return points.map(({ series, x, y }) => ({ panel: quantity, unit, series, step: x, value: y }));
}

/** Where every algorithm and bound ends in the draw shown, as levels over the whole course. */
function levels(draw: DrawResult, lastStep: number): ChartPoint[] {
  const at = (series: string, y: number) => [
    { series, x: 1, y },
    { series, x: lastStep, y },
  ];
  return [
    ...(["RA", "GA"] as const).flatMap((series) => {
      const state = draw.measured[series]?.state;
      return state?.feasible ? at(series, state.energyJ) : [];
    }),
    ...bounds.flatMap((series) => at(series, draw.boundsJ[series] ?? Number.NaN)),
  ];
}

const quantities: Record<number, readonly Quantity[]> = {
  6: ["energyJ"],
  7: ["powerW", "frequencyHz"],
  8: ["delayS", "rateBitPerS"],
};

const titles: Record<number, string> = {
  6: "energy by step",
  7: "power and CPU frequency by step",
  8: "delay and rate by step",
};

/** Figs. 6–8: one run at K = 50 by step; the claims are tested on the ends of all draws. */
export const courseExperiment: DrawExperiment = {
  figures: [6, 7, 8],
  units: ({ seed, draws }) =>
    splitDraws(draws, {
      seed,
      panel: "end",
      x: tasks,
      tasks,
      algorithms: ["RA", "GA", ...iterative],
      withBounds: true,
      withCourse: true,
    }),
  draw: ({ draws }, units, results): Figure[] => {
    const draw = shownDraw(results.flat());
    if (draw === undefined) return [];
    const ends = (quantity: Quantity): Sample[] =>
      samplesOf(units, results, ({ state }) => state[quantity]).map((sample) => ({
        ...sample,
        panel: `end: ${quantity}`,
      }));
    const starts = (quantity: Quantity): Sample[] =>
      samplesOf(units, results, ({ course }) => course[0]?.[quantity] ?? Number.NaN);
    const steps = samplesOf(units, results, (run) => run.steps);
    const claims: Record<number, Figure["claims"]> = {
      6: energyClaims(ends("energyJ"), steps),
      7: resourceClaims(ends("powerW"), ends("frequencyHz")),
      8: delayClaims(
        { delay: starts("delayS"), rate: starts("rateBitPerS") },
        { delay: ends("delayS"), rate: ends("rateBitPerS") },
      ),
    };
    return courseExperiment.figures.map((number): Figure => {
      const shown = quantities[number] ?? [];
      const points = shown.map((quantity) => coursePoints(draw, quantity));
      const lastStep = Math.max(...points.flat().map(({ x }) => x));
      const extra = number === 6 ? levels(draw, lastStep) : [];
      const title = titles[number] ?? "";
      const samples = shown.flatMap((quantity) => ends(quantity));
      return {
        number,
        title,
        charts: [
          {
            title: `Fig. ${number}: ${title}, one run at K = 50`,
            subtitle:
              number === 6
                ? "RA and GA at their ends; gaps are steps that break a constraint"
                : "gaps are steps that break a constraint",
            series: styles(number === 6 ? ["RA", "GA", ...iterative, ...bounds] : iterative),
            panels: shown.map((quantity, i) =>
              coursePanel([...(points[i] ?? []), ...extra], quantity),
            ),
          },
        ],
        rows: [
          ...shown.flatMap((quantity, i) => courseRows(points[i] ?? [], quantity)),
          ...summaryRows(samples),
        ],
        samples,
        claims: (claims[number] ?? []).map((claim) => ({
          ...claim,
          reason: `${claim.reason}; ${draws} draws`,
        })),
      };
    });
  },
};

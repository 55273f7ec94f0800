import type { Axis, Chart } from "../../experiment/plots/chart.ts";
import { type Sample, summaryPoints } from "../figure.ts";
import { type Algorithm, algorithms, type BoundName, bounds, styles } from "./series.ts";

const suffix = ": gap to the lower bound, %";

/** Rounding errors of a bound against itself are no gap. */
const precision = 1e6;

/** How far each draw's energy lies above its own lower bound, %. */
export function gapSamples(energy: readonly Sample[], boundsJ: readonly Sample[]): Sample[] {
  return [...energy, ...boundsJ.filter(({ series }) => series === "dual bound")].map((sample) => {
    const lower = boundsJ.find(
      ({ series, panel, x }) =>
        series === "lower bound" && panel === sample.panel && x === sample.x,
    );
    return {
      ...sample,
      panel: `${sample.panel}${suffix}`,
      values: sample.values.map((value, draw) => {
        const boundJ = lower?.values[draw] ?? null;
        if (value === null || boundJ === null) return null;
        return Math.round(precision * 100 * (value / boundJ - 1)) / precision;
      }),
    };
  });
}

/** RA and PSO are so far above the others that they would press them flat. */
const shown: readonly (Algorithm | BoundName)[] = [...algorithms, ...bounds].filter(
  (name) => name !== "RA" && name !== "PSO" && name !== "lower bound",
);

/** What the lower bound leaves to save; a panel per axis, by the panel's name. */
export function gapChart(
  title: string,
  gaps: readonly Sample[],
  axes: Readonly<Record<string, Axis>>,
): Chart {
  const near = gaps.filter(({ series }) => shown.some((name) => name === series));
  return {
    title,
    subtitle: "mean and 95 % interval over the draws each solves; RA and PSO lie far above",
    series: styles(shown),
    panels: Object.entries(axes).map(([panel, x]) => ({
      kind: "lines",
      x,
      y: { title: "energy above the lower bound", unit: "%", fromZero: true },
      points: summaryPoints(near, `${panel}${suffix}`),
      marks: true,
    })),
  };
}

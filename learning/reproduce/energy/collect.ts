import type { Sample } from "../figure.ts";
import type { DrawResult, DrawUnit, Measured } from "./draw-unit.ts";
import { algorithms, bounds } from "./series.ts";

const drawsPerUnit = 10;

/** Splits a point's draws into units small enough to share out and to count. */
export function splitDraws(
  draws: number,
  point: Omit<DrawUnit, "kind" | "firstDraw" | "draws">,
): DrawUnit[] {
  return Array.from({ length: Math.ceil(draws / drawsPerUnit) }, (_, i) => ({
    ...point,
    kind: "draws",
    firstDraw: i * drawsPerUnit,
    draws: Math.min(drawsPerUnit, draws - i * drawsPerUnit),
  }));
}

/** Results by point, its draws in order. */
function byPoint(units: readonly DrawUnit[], results: readonly (readonly DrawResult[])[]) {
  const points = new Map<string, { panel: string; x: number; draws: DrawResult[] }>();
  for (const [i, { panel, x }] of units.entries()) {
    const key = `${panel} ${x}`;
    const point = points.get(key) ?? { panel, x, draws: [] };
    point.draws.push(...(results[i] ?? []));
    points.set(key, point);
  }
  return [...points.values()];
}

/** A quantity of every algorithm that ran; null where its run ended with a constraint broken. */
export function samplesOf(
  units: readonly DrawUnit[],
  results: readonly (readonly DrawResult[])[],
  quantity: (measured: Measured) => number,
): Sample[] {
  return byPoint(units, results).flatMap(({ panel, x, draws }) =>
    algorithms
      .filter((series) => draws.every((draw) => draw.measured[series] !== undefined))
      .map((series) => ({
        panel,
        series,
        x,
        values: draws.map(({ measured }) => {
          const run = measured[series];
          return run?.state.feasible ? quantity(run) : null;
        }),
      })),
  );
}

/** The two bounds on every draw's mean energy, J. */
export function boundSamples(
  units: readonly DrawUnit[],
  results: readonly (readonly DrawResult[])[],
): Sample[] {
  return byPoint(units, results).flatMap(({ panel, x, draws }) =>
    bounds.map((series) => ({
      panel,
      series,
      x,
      values: draws.map(({ boundsJ }) => boundsJ[series] ?? null),
    })),
  );
}

/** Share of draws that ended feasible, as a sample of 0 and 1 in the panel "feasible". */
export function feasibilitySamples(samples: readonly Sample[]): Sample[] {
  return samples.map(({ panel, series, x, values }) => ({
    panel: `${panel}: feasible`,
    series,
    x,
    values: values.map((value) => (value === null ? 0 : 1)),
  }));
}

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

/**
 * The two bounds on a draw's mean energy, J; null where no algorithm ended feasibly, as there may be
 * nothing to bound.
 */
export function boundSamples(
  units: readonly DrawUnit[],
  results: readonly (readonly DrawResult[])[],
): Sample[] {
  return byPoint(units, results).flatMap(({ panel, x, draws }) =>
    bounds.map((series) => ({
      panel,
      series,
      x,
      values: draws.map(({ measured, boundsJ }) => {
        const solved = Object.values(measured).some(({ state }) => state.feasible);
        return solved ? (boundsJ[series] ?? null) : null;
      }),
    })),
  );
}

import type { Interval } from "../experiment/statistics/interval.ts";
import { type Pair, pairedDifference, pairedRatio } from "../experiment/statistics/paired.ts";
import type { Sample } from "./figure.ts";

/**
 * Two series draw by draw: the means of each over the points at which both have a value. Draws are
 * independent, points of one draw are not, so a draw is one pair.
 */
function pairsByDraw(samples: readonly Sample[], first: string, second: string): Pair[] {
  const sums = new Map<number, [number, number, number]>();
  for (const a of samples.filter(({ series }) => series === first)) {
    const b = samples.find((s) => s.series === second && s.x === a.x && s.panel === a.panel);
    for (const [draw, value] of a.values.entries()) {
      const other = b?.values[draw] ?? null;
      if (value === null || other === null) continue;
      const [x, y, points] = sums.get(draw) ?? [0, 0, 0];
      sums.set(draw, [x + value, y + other, points + 1]);
    }
  }
  return [...sums.values()].map(([x, y, points]) => [x / points, y / points]);
}

/** How far the first lies below the second, as a share of the second. */
export function saving(
  samples: readonly Sample[],
  first: string,
  second: string,
): Interval | undefined {
  const ratio = pairedRatio(pairsByDraw(samples, first, second));
  if (ratio === undefined) return undefined;
  return { ...ratio, mean: 1 - ratio.mean, low: 1 - ratio.high, high: 1 - ratio.low };
}

/** First minus second, draw by draw. */
export function excess(
  samples: readonly Sample[],
  first: string,
  second: string,
): Interval | undefined {
  return pairedDifference(pairsByDraw(samples, first, second));
}

import type { SeriesStyle } from "../../experiment/plots/chart.ts";
import { palette } from "../../experiment/plots/palette.ts";

/** What the paper compares, and one more: dual prices with repair, near the optimum and in need of no learning. */
export const algorithms = ["RA", "GA", "PSO", "DQL", "DDQL", "dual repair"] as const;
export type Algorithm = (typeof algorithms)[number];

/** What no method can go below; the paper has none. */
export const bounds = ["dual bound", "lower bound"] as const;
export type BoundName = (typeof bounds)[number];

const style: Record<Algorithm | BoundName, Omit<SeriesStyle, "name">> = {
  RA: { color: palette.grey },
  GA: { color: palette.green },
  PSO: { color: palette.blue },
  DQL: { color: palette.orange, width: 5 },
  DDQL: { color: palette.vermillion },
  "dual repair": { color: palette.skyBlue },
  "dual bound": { color: palette.purple, dash: [10, 5] },
  "lower bound": { color: palette.black, dash: [2, 4] },
};

/** The styles of some series, in the one order of all figures. */
export function styles(names: readonly (Algorithm | BoundName)[]): SeriesStyle[] {
  return [...algorithms, ...bounds]
    .filter((name) => names.includes(name))
    .map((name) => ({ name, ...style[name] }));
}

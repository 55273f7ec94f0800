import type { SeriesStyle } from "../../experiment/plots/chart.ts";
import { palette } from "../../experiment/plots/palette.ts";
import type { Sample } from "../figure.ts";
import type { ReferenceResult } from "./reference-unit.ts";
import type { SlicingResult, SlicingUnit } from "./slicing-runner.ts";
import type { TrainingResult, TrainingUnit } from "./training-unit.ts";
import { type PaperScheme, paperSchemes, schemeLabels } from "./units.ts";

/** What no peer shows: policies that learn nothing, and the exact limit. */
const referenceStyles: readonly SeriesStyle[] = [
  { name: "equal", color: palette.grey, dash: [4, 3] },
  { name: "sqrt-load", color: palette.green, dash: [6, 3] },
  { name: "optimum", color: palette.black, dash: [2, 3] },
];

const schemeColors: Readonly<Record<PaperScheme, string>> = {
  "fed-d3qn-gan": palette.vermillion,
  "id3qn-gan": palette.orange,
  "fed-d3qn": palette.blue,
  id3qn: palette.skyBlue,
};

const schemeStyles: readonly SeriesStyle[] = paperSchemes.map((scheme) => ({
  name: schemeLabels[scheme],
  color: schemeColors[scheme],
}));

export const styles: readonly SeriesStyle[] = [...schemeStyles, ...referenceStyles];

/** A training unit with what came of it. */
export type Run = TrainingUnit & TrainingResult;

export function runsOf(units: readonly SlicingUnit[], results: readonly SlicingResult[]): Run[] {
  return units.flatMap((unit, i) =>
    unit.kind === "training" ? [{ ...unit, ...(results[i] as TrainingResult) }] : [],
  );
}

export const measures = ["meanDelayMs", "satisfaction", "rewardMs", "rewardSlot"] as const;
export type Measure = (typeof measures)[number];

/** One measure of every seed of some runs, on so many users; in the order of the seeds. */
export function valuesOf(runs: readonly Run[], users: number, measure: Measure): number[] {
  return runs.flatMap(({ evaluations }) => {
    const met = evaluations.find((evaluation) => evaluation.users === users);
    return (met?.sites ?? []).map((site) => site[measure]);
  });
}

/** One measure of the paper's schemes; a series per scheme, one value per seed. */
export function schemeSamples(
  runs: readonly Run[],
  at: { readonly panel: string; readonly x: number; readonly users: number },
  measure: Measure,
): Sample[] {
  return paperSchemes.map((scheme) => ({
    panel: at.panel,
    series: schemeLabels[scheme],
    x: at.x,
    values: valuesOf(
      runs.filter((run) => run.scheme === scheme),
      at.users,
      measure,
    ),
  }));
}

/** The same of the policies that learn nothing and of the optimum; one value each. */
export function referenceSamples(
  units: readonly SlicingUnit[],
  results: readonly SlicingResult[],
  at: { readonly panel: string; readonly x: number; readonly users: number },
  measure: Measure,
): Sample[] {
  const samples: Sample[] = [];
  for (const [i, unit] of units.entries()) {
    if (unit.kind !== "reference") continue;
    const { evaluations } = results[i] as ReferenceResult;
    const met = evaluations.find(({ users }) => users === at.users);
    if (met === undefined) continue;
    const sample = { panel: at.panel, x: at.x };
    samples.push({ ...sample, series: unit.policy, values: [met.policy[measure]] });
    if (unit.policy !== "sqrt-load") continue;
    samples.push({ ...sample, series: "optimum", values: [met.optimal[measure]] });
  }
  return samples;
}

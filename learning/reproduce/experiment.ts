import type { Figure } from "./figure.ts";

/** One set of runs and the figures that are drawn from it. */
export interface Experiment<Settings, Unit, Result> {
  readonly figures: readonly number[];
  units(settings: Settings): Unit[];
  /** @param results one per unit, in their order */
  draw(settings: Settings, units: readonly Unit[], results: readonly Result[]): Figure[];
}

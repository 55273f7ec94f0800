import type { Figure } from "../figure.ts";
import type { DrawResult, DrawUnit } from "./draw-unit.ts";
import type { EnergySettings } from "./settings.ts";

/** One set of runs and the figures that are drawn from it. */
export interface Experiment<Unit, Result> {
  readonly figures: readonly number[];
  units(settings: EnergySettings): Unit[];
  /** @param results one per unit, in their order */
  draw(settings: EnergySettings, units: readonly Unit[], results: readonly Result[]): Figure[];
}

export type DrawExperiment = Experiment<DrawUnit, readonly DrawResult[]>;

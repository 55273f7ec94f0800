import type { Figure } from "../figure.ts";
import type { DrawResult, DrawUnit } from "./draw-unit.ts";
import type { EnergySettings } from "./settings.ts";

/** One set of runs and the figures that are drawn from it. */
export interface Experiment<Unit, Result> {
  readonly figures: readonly number[];
  /** The settings that its numbers depend on. */
  readonly dependsOn: readonly (keyof EnergySettings)[];
  /** Whether it runs the two policies, and so depends on them too. */
  readonly operates: boolean;
  units(settings: EnergySettings): Unit[];
  /** @param results one per unit, in their order */
  draw(settings: EnergySettings, units: readonly Unit[], results: readonly Result[]): Figure[];
}

export type DrawExperiment = Experiment<DrawUnit, readonly DrawResult[]>;

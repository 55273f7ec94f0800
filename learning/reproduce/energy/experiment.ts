import type { Experiment } from "../experiment.ts";
import type { DrawResult, DrawUnit } from "./draw-unit.ts";
import type { EnergySettings } from "./settings.ts";

export type DrawExperiment = Experiment<EnergySettings, DrawUnit, readonly DrawResult[]>;

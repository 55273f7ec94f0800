import type { UnitRunner } from "../../experiment/units/run-units.ts";
import { type ReferenceResult, type ReferenceUnit, runReference } from "./reference-unit.ts";
import { runTraining, type TrainingResult, type TrainingUnit } from "./training-unit.ts";

export type SlicingUnit = TrainingUnit | ReferenceUnit;
export type SlicingResult = TrainingResult | ReferenceResult;

/** Does units in this thread. */
export const slicingRunner: UnitRunner<SlicingUnit, SlicingResult> = {
  run: (unit, onProgress = () => undefined) =>
    unit.kind === "training" ? runTraining(unit, onProgress) : runReference(unit),
  close: () => Promise.resolve(),
};

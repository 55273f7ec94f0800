import type { StepOptions, TrainingStep } from "../algorithms/training-step.ts";
import { openOnnxEngines } from "./onnx-engine.ts";
import { openTfjsEngines } from "./tfjs-engine.ts";
import type { EngineName, EngineStart, Engines } from "./training-engine.ts";

/** Engines of the named library for a training step, one per start. */
export function openEngines(
  name: EngineName,
  options: Pick<StepOptions, "spec" | "config">,
  step: TrainingStep,
  starts: readonly EngineStart[],
): Promise<Engines> {
  switch (name) {
    case "onnx":
      return openOnnxEngines(step, starts);
    case "tfjs":
      return openTfjsEngines(options, step, starts);
  }
}

import { SlotwiseError } from "../../core/errors.ts";
import type { StepOptions, TrainingStep } from "../algorithms/training-step.ts";
import { openOnnxEngines } from "./onnx-engine.ts";
import type { Provider } from "./provider.ts";
import { openTfjsEngines } from "./tfjs-engine.ts";
import type { EngineName, EngineStart, Engines } from "./training-engine.ts";

/** What runs the training steps. */
export interface EngineOptions {
  readonly engine?: EngineName;
  /** Of the onnx engine. */
  readonly provider?: Provider;
}

/**
 * Engines of the named library for a training step, one per start.
 *
 * @throws SlotwiseError ENGINE_UNAVAILABLE, or CONFIG_INVALID for what that library does not do
 */
export async function openEngines(
  { engine = "onnx", provider = "cpu" }: EngineOptions,
  options: Pick<StepOptions, "spec" | "config">,
  step: TrainingStep,
  starts: readonly EngineStart[],
): Promise<Engines> {
  if (engine === "onnx") return await openOnnxEngines(step, starts, provider);
  if (provider === "cpu") return await openTfjsEngines(options, step, starts);
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: "the onnx engine with a provider",
    received: `the tfjs engine with ${provider}`,
    consequence: "the learner did not start",
  });
}

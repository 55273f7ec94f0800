import type { StepOptions, TrainingStep } from "../algorithms/training-step.ts";
import { OnnxEngine } from "./onnx-engine.ts";
import type { BatchInput } from "./training-batch.ts";
import type { EngineName, TrainingEngine } from "./training-engine.ts";

/** An engine for a training step, with the networks' first parameters and the batch it will read. */
export async function openEngine(
  name: EngineName,
  _options: StepOptions,
  step: TrainingStep,
  initial: ReadonlyMap<string, Float32Array>,
  batch: Readonly<Record<string, BatchInput>>,
): Promise<TrainingEngine> {
  switch (name) {
    case "onnx":
      return await OnnxEngine.open(step, initial, batch);
    case "tfjs":
      throw new Error("not there yet");
  }
}

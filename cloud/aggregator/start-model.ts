import { readFileSync } from "node:fs";
import { SlotwiseError } from "../../core/errors.ts";
import { checkFinite } from "../../core/weights/finite.ts";
import { decodeSafetensors } from "../../core/weights/safetensors.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { readPolicyFile } from "../../learning/policy/policy-file.ts";
import { modelPath, shippedModels } from "../../platform/shipped-models.ts";

function weightsIn(model: string): Weights {
  const bytes = readFileSync(modelPath(model));
  if (shippedModels.includes(model) || model.endsWith(".onnx"))
    return readPolicyFile(bytes).weights;
  return decodeSafetensors(bytes).weights;
}

/**
 * Generator weights that a federation begins with.
 *
 * @param model a shipped slicing policy, a slicing policy's ONNX file, or a safetensors file such as
 * another aggregator's `global.safetensors`
 * @throws SlotwiseError CONFIG_INVALID when it cannot be read
 */
export function readStartModel(model: string): Weights {
  try {
    const weights = weightsIn(model);
    checkFinite(weights);
    return weights;
  } catch (cause) {
    throw new SlotwiseError(
      "CONFIG_INVALID",
      {
        expected: "startModel to be a slicing policy or a safetensors file",
        received: String(cause),
        consequence: "nothing was started",
      },
      { cause },
    );
  }
}

import { type OnnxPolicy, type OnnxPolicyOptions, openOnnxPolicy } from "./onnx-session.ts";
import { readPolicyFile } from "./policy-file.ts";

/**
 * Opens a policy file of unknown origin: its metadata and weights are read, its signature compared
 * and its answers tried before it may decide anything.
 *
 * @throws SlotwiseError MODEL_REFUSED with the reason
 */
export function loadOnnxPolicy(bytes: Uint8Array, options: OnnxPolicyOptions): Promise<OnnxPolicy> {
  readPolicyFile(bytes, options.name, "slicing");
  return openOnnxPolicy(bytes, options);
}

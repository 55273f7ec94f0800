import { type ModelFile, readModel } from "../../learning/graph/onnx-reader.ts";
import { policyRefused, reasonOf } from "./policy-refusal.ts";

function read(bytes: Uint8Array, name: string): ModelFile {
  try {
    return readModel(bytes);
  } catch (cause) {
    throw policyRefused(name, reasonOf(cause), cause);
  }
}

/**
 * Reads a policy file without running it: its metadata must name this format and system where it
 * names any, and every weight must be a number. An argmax inside the file would hide a weight that
 * is not.
 *
 * @throws SlotwiseError MODEL_REFUSED with the reason
 */
export function readPolicyFile(bytes: Uint8Array, name: string, system: string): ModelFile {
  const file = read(bytes, name);
  const described = { "slotwise.format": "1", "slotwise.system": system };
  for (const [key, expected] of Object.entries(described)) {
    const found = file.metadata.get(key);
    if (found !== undefined && found !== expected) {
      throw policyRefused(name, `${key} = ${found}, not ${expected}`);
    }
  }
  for (const [tensor, { data }] of file.initializers) {
    if (!data.every(Number.isFinite))
      throw policyRefused(name, `weights ${tensor} with NaN or Inf`);
  }
  return file;
}

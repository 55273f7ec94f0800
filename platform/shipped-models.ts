import { fileURLToPath } from "node:url";

/** The package's own models, seen from dist/platform. */
const files: Readonly<Record<string, string>> = {
  slicing: "../../models/slicing.onnx",
  energy: "../../models/energy.onnx",
  "testbed-simulated": "../../models/testbed-simulated.onnx",
};

/** Names under which every command knows a shipped model. */
export const shippedModels: readonly string[] = Object.keys(files);

/** The file of a shipped model; anything else is taken for a file's own path. */
export function modelPath(nameOrFile: string): string {
  const shipped = Object.hasOwn(files, nameOrFile) ? files[nameOrFile] : undefined;
  return shipped === undefined ? nameOrFile : fileURLToPath(new URL(shipped, import.meta.url));
}

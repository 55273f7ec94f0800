import { createRequire } from "node:module";
import { SlotwiseError } from "../../../core/errors.ts";

export type TensorFlow = typeof import("@tensorflow/tfjs");

const require = createRequire(import.meta.url);

/** A package, or why it does not load. */
function attempt(load: () => TensorFlow): TensorFlow | string {
  try {
    return load();
  } catch (error) {
    return (error as Error).message.split("\n")[0] as string;
  }
}

/**
 * TensorFlow.js with its fastest backend here: the native library of @tensorflow/tfjs-node where that
 * loads, else JavaScript. As CommonJS, because the ES modules lack the gradients of chained operations.
 *
 * @throws SlotwiseError ENGINE_UNAVAILABLE
 */
export async function loadTensorFlow(): Promise<TensorFlow> {
  const native = attempt(() => require("@tensorflow/tfjs-node"));
  const tf = typeof native === "string" ? attempt(() => require("@tensorflow/tfjs")) : native;
  if (typeof tf === "string") {
    throw new SlotwiseError("ENGINE_UNAVAILABLE", {
      expected: "@tensorflow/tfjs-node or @tensorflow/tfjs, optional dependencies, to load",
      received: `${native}; ${tf}`,
      consequence: "the learner did not start; install one of them, or choose the onnx engine",
    });
  }
  tf.enableProdMode();
  await tf.setBackend(typeof native === "string" ? "cpu" : "tensorflow");
  return tf;
}

import { InferenceSession, type Tensor } from "onnxruntime-node";

/** How much ONNX Runtime rewrites a model when it loads it. */
export type Optimization = "disabled" | "basic" | "all";

/**
 * Opens an ONNX Runtime session on the CPU. Loading and running block the calling thread; one
 * thread by default, because an agent shares its box with the slot path.
 */
export function openSession(
  model: Uint8Array,
  options: { optimization?: Optimization; threads?: number } = {},
): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    executionProviders: ["cpu"],
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: options.optimization ?? "all",
    logSeverityLevel: 3,
  });
}

/** The float32 data of a result; a model that gives something else is a fault of its builder. */
export function floatData(results: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const data = results[name]?.data;
  if (!(data instanceof Float32Array)) {
    throw new TypeError(`expected a float32 result named ${name}; received ${typeof data}`);
  }
  return data;
}

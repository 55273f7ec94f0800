import { InferenceSession, type Tensor } from "onnxruntime-node";
import { SlotwiseError } from "../../core/errors.ts";
import type { Provider } from "./provider.ts";

/** How much ONNX Runtime rewrites a model when it loads it. */
export type Optimization = "disabled" | "basic" | "all";

/**
 * Opens an ONNX Runtime session. On the CPU, loading and running block the calling thread; one
 * thread by default, because an agent shares its box with the slot path.
 *
 * @throws SlotwiseError ENGINE_UNAVAILABLE when the provider is not there
 */
export async function openSession(
  model: Uint8Array,
  options: { optimization?: Optimization; threads?: number; provider?: Provider } = {},
): Promise<InferenceSession> {
  const { optimization = "all", threads = 1, provider = "cpu" } = options;
  const create = () =>
    InferenceSession.create(model, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: optimization,
      logSeverityLevel: 3,
    });
  if (provider === "cpu") return create();
  try {
    return await create();
  } catch (error) {
    throw new SlotwiseError("ENGINE_UNAVAILABLE", {
      expected: `ONNX Runtime with the ${provider} provider, and a device for it`,
      received: (error as Error).message.split("\n")[0] as string,
      consequence: "nothing was started; the cpu provider is always there",
    });
  }
}

/** The float32 data of a result; a model that gives something else is a fault of its builder. */
export function floatData(results: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const data = results[name]?.data;
  if (!(data instanceof Float32Array)) {
    throw new TypeError(`expected a float32 result named ${name}; received ${typeof data}`);
  }
  return data;
}

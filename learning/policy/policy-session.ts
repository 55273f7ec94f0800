import { type InferenceSession, Tensor } from "onnxruntime-node";
import { floatData } from "../runtime/session.ts";

/** What a policy decides for a list of observations. */
export interface Decisions {
  /** Blocks per observation, [2I] each. */
  readonly allocations: readonly Float64Array[];
  /** Q of each allocation. */
  readonly values: Float64Array;
}

/** Runs a session with the policy signature; `parameters` are its further inputs, if any. */
export async function decideAll(
  session: InferenceSession,
  observations: readonly Float64Array[],
  parameters: Readonly<Record<string, Tensor>> = {},
): Promise<Decisions> {
  const width = observations[0]?.length ?? 0;
  const rows = new Float32Array(observations.length * width);
  for (const [i, observation] of observations.entries()) rows.set(observation, i * width);
  const observation = new Tensor("float32", rows, [observations.length, width]);
  const results = await session.run({ ...parameters, observation });
  const blocks = floatData(results, "allocation");
  return {
    allocations: observations.map((_, i) =>
      Float64Array.from(blocks.subarray(i * width, (i + 1) * width)),
    ),
    values: Float64Array.from(floatData(results, "value")),
  };
}

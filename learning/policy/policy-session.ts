import { type InferenceSession, Tensor } from "onnxruntime-node";
import type { Problem } from "../problem.ts";
import { floatData } from "../runtime/session.ts";

/** What a policy decides for a list of observations. */
export interface Decisions {
  /** One per observation. */
  readonly actions: readonly Float64Array[];
  /** Q of each action. */
  readonly values: Float64Array;
}

/** Runs a session with a problem's policy signature; `parameters` are its further inputs, if any. */
export async function decideAll(
  session: InferenceSession,
  signature: Problem["signature"],
  observations: readonly Float64Array[],
  parameters: Readonly<Record<string, Tensor>> = {},
): Promise<Decisions> {
  const width = observations[0]?.length ?? 0;
  const rows = new Float32Array(observations.length * width);
  for (const [i, observation] of observations.entries()) rows.set(observation, i * width);
  const input = new Tensor("float32", rows, [observations.length, width]);
  const results = await session.run({ ...parameters, [signature.observation]: input });
  const chosen = floatData(results, signature.action);
  const size = chosen.length / observations.length;
  return {
    actions: observations.map((_, i) =>
      Float64Array.from(chosen.subarray(i * size, (i + 1) * size)),
    ),
    values: Float64Array.from(floatData(results, "value")),
  };
}

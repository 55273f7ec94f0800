import { type InferenceSession, Tensor } from "onnxruntime-node";
import type { HostTensor } from "../networks/parameters.ts";
import type { Problem } from "../problem.ts";
import { floatData } from "../runtime/session.ts";

/** What a policy decides for a list of observations. */
export interface Decisions {
  /** One per observation. */
  readonly actions: readonly Float64Array[];
  /** Q of each action. */
  readonly values: Float64Array;
}

/** The results of a run, for so many observations. */
function decisionsOf(
  results: Readonly<Record<string, Tensor>>,
  action: string,
  count: number,
): Decisions {
  const chosen = floatData(results, action);
  const size = chosen.length / count;
  return {
    actions: Array.from({ length: count }, (_, i) =>
      Float64Array.from(chosen.subarray(i * size, (i + 1) * size)),
    ),
    values: Float64Array.from(floatData(results, "value")),
  };
}

function rowsOf(observations: readonly Float64Array[]): Float32Array {
  const width = observations[0]?.length ?? 0;
  const rows = new Float32Array(observations.length * width);
  for (const [i, observation] of observations.entries()) rows.set(observation, i * width);
  return rows;
}

/** Runs a session with a problem's policy signature. */
export async function decideAll(
  session: InferenceSession,
  signature: Problem["signature"],
  observations: readonly Float64Array[],
): Promise<Decisions> {
  const rows = rowsOf(observations);
  const shape = [observations.length, rows.length / observations.length];
  const results = await session.run({
    [signature.observation]: new Tensor("float32", rows, shape),
  });
  return decisionsOf(results, signature.action, observations.length);
}

/**
 * Runs a session of a stacked policy graph.
 *
 * @param observations [agents][n][size]
 * @param generator their parameters, stacked
 * @returns one per agent
 */
export async function decideStack(
  session: InferenceSession,
  signature: Problem["signature"],
  observations: readonly (readonly Float64Array[])[],
  generator: ReadonlyMap<string, HostTensor>,
): Promise<Decisions[]> {
  const agents = observations.length;
  const count = observations[0]?.length ?? 0;
  const rows = rowsOf(observations.flat());
  const shape = [agents, count, rows.length / agents / count];
  const feeds = { [signature.observation]: new Tensor("float32", rows, shape) };
  for (const [name, tensor] of generator) {
    feeds[`generator/${name}`] = new Tensor("float32", tensor.data, tensor.shape);
  }
  const results = await session.run(feeds);
  const { actions, values } = decisionsOf(results, signature.action, agents * count);
  return observations.map((_, a) => ({
    actions: actions.slice(a * count, (a + 1) * count),
    values: values.slice(a * count, (a + 1) * count),
  }));
}

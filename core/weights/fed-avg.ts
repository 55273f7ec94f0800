import type { Tensor, Weights } from "./tensor.ts";
import { weightsError } from "./weights-error.ts";

/** What one agent brings to a round: its generator and how many samples it was trained on. */
export interface WeightedUpdate {
  readonly weights: Weights;
  /** Positive. */
  readonly samples: number;
}

/** Names and shapes in order, as text: equal for two networks that can be averaged. */
export function weightsSignature(weights: Weights): string {
  return JSON.stringify([...weights].map(([name, { shape }]) => [name, ...shape]));
}

function averageTensor(name: string, updates: readonly WeightedUpdate[], total: number): Tensor {
  const parts = updates.map(({ weights }) => weights.get(name) as Tensor);
  const first = parts[0] as Tensor;
  const sum = new Float64Array(first.data.length);
  for (const [u, part] of parts.entries()) {
    const share = (updates[u] as WeightedUpdate).samples / total;
    for (let i = 0; i < sum.length; i++)
      sum[i] = (sum[i] as number) + share * (part.data[i] as number);
  }
  return { shape: first.shape, data: Float32Array.from(sum) };
}

/**
 * Federated averaging, equation (17): θ̄ = Σ_b n_b θ_b / Σ_b n_b, the plain mean when every agent was
 * trained on as many samples. Sums are taken in double precision.
 *
 * @throws SlotwiseError WEIGHTS_INVALID when there is nothing to average, names or shapes differ, or
 * a sample count is not positive
 */
export function averageWeights(updates: readonly WeightedUpdate[]): Weights {
  const [first, ...others] = updates;
  if (first === undefined) throw weightsError("at least one update to average", "none");
  const signature = weightsSignature(first.weights);
  if (others.some(({ weights }) => weightsSignature(weights) !== signature)) {
    throw weightsError("the same names and shapes in every update", "different ones");
  }
  if (updates.some(({ samples }) => !(samples > 0))) {
    throw weightsError("a positive sample count", updates.map((u) => u.samples).join(", "));
  }
  const total = updates.reduce((sum, { samples }) => sum + samples, 0);
  return new Map(
    [...first.weights.keys()].map((name) => [name, averageTensor(name, updates, total)]),
  );
}

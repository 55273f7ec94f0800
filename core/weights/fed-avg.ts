import type { Tensor, Weights } from "./tensor.ts";
import { requireAgreement, type WeightedUpdate } from "./update.ts";
import { weightsError } from "./weights-error.ts";

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
  const first = requireAgreement(updates);
  if (updates.some(({ samples }) => !(samples > 0))) {
    throw weightsError("a positive sample count", updates.map((u) => u.samples).join(", "));
  }
  const total = updates.reduce((sum, { samples }) => sum + samples, 0);
  return new Map(
    [...first.weights.keys()].map((name) => [name, averageTensor(name, updates, total)]),
  );
}

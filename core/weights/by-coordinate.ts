import type { Tensor, Weights } from "./tensor.ts";
import { requireAgreement, type WeightedUpdate } from "./update.ts";

/**
 * Weights whose every value is a function of the updates' values at that coordinate, sorted upwards.
 *
 * @throws SlotwiseError WEIGHTS_INVALID when there is nothing to aggregate, or names or shapes differ
 */
export function aggregateByCoordinate(
  updates: readonly WeightedUpdate[],
  combine: (sorted: Float64Array) => number,
): Weights {
  const first = requireAgreement(updates);
  const column = new Float64Array(updates.length);
  const combineTensor = (name: string, { shape, data }: Tensor): Tensor => {
    const parts = updates.map(({ weights }) => (weights.get(name) as Tensor).data);
    const combined = new Float32Array(data.length);
    for (let i = 0; i < combined.length; i++) {
      for (let u = 0; u < column.length; u++) column[u] = (parts[u] as Float32Array)[i] as number;
      combined[i] = combine(column.sort());
    }
    return { shape, data: combined };
  };
  return new Map([...first.weights].map(([name, tensor]) => [name, combineTensor(name, tensor)]));
}

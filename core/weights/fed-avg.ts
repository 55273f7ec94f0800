import type { Tensor, Weights } from "./tensor.ts";
import { requireAgreement, type WeightedUpdate } from "./update.ts";
import { weightsError } from "./weights-error.ts";

/** An update's values of one tensor, and its share of the mean. */
interface Part {
  readonly values: Float32Array;
  readonly share: number;
}

/** Sums at a time: they stay in the cache while all updates pass over them. */
const blockValues = 1024;

/** Adds shares of four updates' values from an index on: sums are loaded and stored once for four. */
function addFour(sums: Float64Array, from: number, a: Part, b: Part, c: Part, d: Part): void {
  const [av, bv, cv, dv] = [a.values, b.values, c.values, d.values];
  const [as, bs, cs, ds] = [a.share, b.share, c.share, d.share];
  for (let i = 0, at = from; i < sums.length; i++, at++) {
    sums[i] =
      (sums[i] as number) +
      as * (av[at] as number) +
      bs * (bv[at] as number) +
      cs * (cv[at] as number) +
      ds * (dv[at] as number);
  }
}

function addOne(sums: Float64Array, from: number, { values, share }: Part): void {
  for (let i = 0, at = from; i < sums.length; i++, at++) {
    sums[i] = (sums[i] as number) + share * (values[at] as number);
  }
}

/** Σ share · values in the order of the parts, in double precision. */
function weightedSum(parts: readonly Part[], length: number): Float32Array {
  const result = new Float32Array(length);
  const block = new Float64Array(Math.min(blockValues, length));
  const inFours = parts.length - (parts.length % 4);
  for (let from = 0; from < length; from += blockValues) {
    const sums = block.subarray(0, length - from).fill(0);
    for (let u = 0; u < inFours; u += 4) {
      const [a, b, c, d] = parts.slice(u, u + 4) as [Part, Part, Part, Part];
      addFour(sums, from, a, b, c, d);
    }
    for (const part of parts.slice(inFours)) addOne(sums, from, part);
    result.set(sums, from);
  }
  return result;
}

function averageTensor(name: string, updates: readonly WeightedUpdate[], total: number): Tensor {
  const parts = updates.map(({ weights, samples }) => ({
    values: (weights.get(name) as Tensor).data,
    share: samples / total,
  }));
  const { shape, data } = (updates[0] as WeightedUpdate).weights.get(name) as Tensor;
  return { shape, data: weightedSum(parts, data.length) };
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

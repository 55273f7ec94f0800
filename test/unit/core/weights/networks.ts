import type { Weights } from "../../../../core/weights/tensor.ts";
import type { WeightedUpdate } from "../../../../core/weights/update.ts";

/** A network of two tensors: a matrix of four values and a vector of the rest. */
export function network(values: readonly number[]): Weights {
  return new Map([
    ["w", { shape: [2, 2], data: Float32Array.from(values.slice(0, 4)) }],
    ["b", { shape: [values.length - 4], data: Float32Array.from(values.slice(4)) }],
  ]);
}

export const valuesOf = (weights: Weights): number[] =>
  [...weights.values()].flatMap(({ data }) => [...data]);

/** Networks whose first value is given and whose others are 1, 2, 3 and 4. */
export const updatesOf = (values: readonly number[], samples = 100): WeightedUpdate[] =>
  values.map((value) => ({ weights: network([value, 1, 2, 3, 4]), samples }));

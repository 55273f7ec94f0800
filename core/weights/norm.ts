import type { Tensor, Weights } from "./tensor.ts";

/** Euclidean norm over all values. */
export function norm(weights: Weights): number {
  let squares = 0;
  for (const { data } of weights.values()) {
    for (let i = 0; i < data.length; i++) squares += (data[i] as number) ** 2;
  }
  return Math.sqrt(squares);
}

/** Euclidean distance between two networks of the same names and shapes. */
export function distance(a: Weights, b: Weights): number {
  let squares = 0;
  for (const [name, { data }] of a) {
    const others = (b.get(name) as Tensor).data;
    for (let i = 0; i < data.length; i++) {
      const difference = (data[i] as number) - (others[i] as number);
      squares += difference * difference;
    }
  }
  return Math.sqrt(squares);
}

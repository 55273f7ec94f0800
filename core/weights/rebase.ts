import type { Tensor, Weights } from "./tensor.ts";

/**
 * A share of the change that weights made, on another base of the same names and shapes:
 * θ₂ + s (θ − θ₁).
 *
 * @param from θ₁, what the weights were learned from
 * @param to θ₂
 */
export function rebase(weights: Weights, from: Weights, to: Weights, share: number): Weights {
  const moved = (name: string, { shape, data }: Tensor): Tensor => {
    const start = (from.get(name) as Tensor).data;
    const target = (to.get(name) as Tensor).data;
    const change = (value: number, i: number) => share * (value - (start[i] as number));
    return { shape, data: data.map((value, i) => (target[i] as number) + change(value, i)) };
  };
  return new Map([...weights].map(([name, tensor]) => [name, moved(name, tensor)]));
}

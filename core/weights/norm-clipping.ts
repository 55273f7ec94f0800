import { distance } from "./norm.ts";
import type { Tensor, Weights } from "./tensor.ts";

/**
 * Norm clipping (Sun et al., arXiv:1911.07963): weights moved back towards the base they started from
 * until they are at most `clipNorm` away, θ₀ + (θ − θ₀) min(1, C / ‖θ − θ₀‖).
 */
export function clipToNorm(weights: Weights, base: Weights, clipNorm: number): Weights {
  const length = distance(weights, base);
  if (length <= clipNorm) return weights;
  const share = clipNorm / length;
  const clipped = (name: string, { shape, data }: Tensor): Tensor => {
    const origin = (base.get(name) as Tensor).data;
    const moved = data.map((value, i) => {
      const start = origin[i] as number;
      return start + share * (value - start);
    });
    return { shape, data: moved };
  };
  return new Map([...weights].map(([name, tensor]) => [name, clipped(name, tensor)]));
}

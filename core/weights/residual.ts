import type { Tensor, Weights } from "./tensor.ts";

function byValue(a: Weights, b: Weights, combine: (a: number, b: number) => number): Weights {
  const combined = (name: string, { shape, data }: Tensor): Tensor => {
    const others = (b.get(name) as Tensor).data;
    return { shape, data: data.map((value, i) => combine(value, others[i] as number)) };
  };
  return new Map([...a].map(([name, tensor]) => [name, combined(name, tensor)]));
}

/** What a lossy encoding left out, to be sent with the next weights: wanted − sent. */
export function residualOf(wanted: Weights, sent: Weights): Weights {
  return byValue(wanted, sent, (w, s) => w - s);
}

/** Error feedback (Karimireddy et al., ICML 2019): weights with what was left out before. */
export function withResidual(weights: Weights, residual: Weights | undefined): Weights {
  return residual === undefined ? weights : byValue(weights, residual, (w, r) => w + r);
}

import type { Tensor, Weights } from "./tensor.ts";

/** a + factor b; a loop, as a call for every value takes four times as long. */
function plus(a: Weights, b: Weights, factor: 1 | -1): Weights {
  const sum = (name: string, { shape, data }: Tensor): Tensor => {
    const others = (b.get(name) as Tensor).data;
    const values = new Float32Array(data.length);
    for (let i = 0; i < values.length; i++) {
      values[i] = (data[i] as number) + factor * (others[i] as number);
    }
    return { shape, data: values };
  };
  return new Map([...a].map(([name, tensor]) => [name, sum(name, tensor)]));
}

/** What a lossy encoding left out, to be sent with the next weights: wanted − sent. */
export function residualOf(wanted: Weights, sent: Weights): Weights {
  return plus(wanted, sent, -1);
}

/** Error feedback (Karimireddy et al., ICML 2019): weights with what was left out before. */
export function withResidual(weights: Weights, residual: Weights | undefined): Weights {
  return residual === undefined ? weights : plus(weights, residual, 1);
}

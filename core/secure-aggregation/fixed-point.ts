import { distance } from "../weights/norm.ts";
import type { Tensor, Weights } from "../weights/tensor.ts";

/** One unit of the integers that changes are summed in. */
export const fixedPointStep = 2 ** -20;

/** Largest change of a value: ±16; what is larger goes to the end. */
const largestSteps = 2 ** 24;

/** Agents in a sum, at least: of two, each could take its own change off. */
export const minMembers = 3;

/** Agents whose changes can be summed without leaving ±2³¹. */
export const maxMembers = 127;

/** Values of a network, all tensors together. */
export function valueCount(weights: Weights): number {
  return [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
}

/**
 * The change of weights from a base of the same shapes in whole steps, as residues mod 2³² in the base's
 * order. It is rounded towards zero, so a change that was cut to norm C stays within C.
 *
 * @param clipNorm C: largest Euclidean norm; null: not clipped
 */
export function fixedPointChange(
  weights: Weights,
  base: Weights,
  clipNorm: number | null,
): Uint32Array {
  const length = clipNorm === null ? 0 : distance(weights, base);
  const share = clipNorm === null || length <= clipNorm ? 1 : clipNorm / length;
  const steps = new Int32Array(valueCount(base));
  let i = 0;
  for (const [name, { data: origin }] of base) {
    const { data } = weights.get(name) as Tensor;
    for (let v = 0; v < origin.length; v++) {
      const change = (share * ((data[v] as number) - (origin[v] as number))) / fixedPointStep;
      steps[i++] = Math.trunc(Math.max(-largestSteps, Math.min(largestSteps, change)));
    }
  }
  return new Uint32Array(steps.buffer);
}

/** The base moved by the mean of `count` changes whose sum this is. */
export function movedByMean(base: Weights, sum: Uint32Array, count: number): Weights {
  const steps = new Int32Array(sum.buffer, sum.byteOffset, sum.length);
  let i = 0;
  const moved = ({ shape, data }: Tensor): Tensor => ({
    shape,
    data: data.map((value) => value + ((steps[i++] as number) * fixedPointStep) / count),
  });
  return new Map([...base].map(([name, tensor]) => [name, moved(tensor)]));
}

import { decodeTensors, encodeTensors, type StoredTensor } from "./safetensors.ts";
import type { Tensor, Weights } from "./tensor.ts";
import { weightsError } from "./weights-error.ts";

/**
 * The step of a tensor, in root mean squares of its change. At a half, the counts of steps have an
 * entropy of about 3 bits, which is what deflate makes of them, and nearly all lie far inside a byte.
 */
const stepPerRms = 0.5;
const largestCount = 127;

/** The nearest whole number of steps from the base to every value; what is farther goes to the end. */
function countSteps({ data }: Tensor, base: Float32Array): { counts: Int8Array; step: number } {
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    squares += ((data[i] as number) - (base[i] as number)) ** 2;
  }
  const step = stepPerRms * Math.sqrt(squares / Math.max(1, data.length));
  const counts = new Int8Array(data.length);
  if (step === 0) return { counts, step };
  for (let i = 0; i < counts.length; i++) {
    const count = Math.round(((data[i] as number) - (base[i] as number)) / step);
    counts[i] = Math.max(-largestCount, Math.min(largestCount, count));
  }
  return { counts, step };
}

/**
 * The change from a base of the same names and shapes as a safetensors file of int8: of every value the
 * number of steps, with the tensor's step under its name in the metadata. Lossy: see `residualOf`.
 */
export function encodeDelta(weights: Weights, base: Weights): Uint8Array {
  const steps: Record<string, string> = {};
  const stored = [...weights].map(([name, tensor]): [string, StoredTensor] => {
    const { counts, step } = countSteps(tensor, (base.get(name) as Tensor).data);
    steps[name] = String(step);
    return [name, { dtype: "I8", shape: tensor.shape, bytes: new Uint8Array(counts.buffer) }];
  });
  return encodeTensors(new Map(stored), steps);
}

/**
 * The weights that a delta leads to from its base, to the bit the same wherever they are computed.
 *
 * @throws SlotwiseError WEIGHTS_INVALID when the file is no delta, or of another network than the base
 */
export function decodeDelta(file: Uint8Array, base: Weights): Weights {
  const { tensors, metadata } = decodeTensors(file);
  const weights = [...tensors].map(([name, { dtype, shape, bytes }]): [string, Tensor] => {
    if (dtype !== "I8") throw weightsError(`dtype I8 for ${name}`, dtype);
    const origin = base.get(name);
    if (origin === undefined || origin.shape.join() !== shape.join()) {
      throw weightsError(`the base to have a tensor ${name}[${shape}]`, `${origin?.shape}`);
    }
    const step = Number(metadata[name]);
    if (!(step >= 0)) throw weightsError(`the step of ${name}`, `${metadata[name]}`);
    const counts = new Int8Array(bytes.buffer as ArrayBuffer);
    const data = new Float32Array(counts.length);
    for (let i = 0; i < data.length; i++) {
      data[i] = (origin.data[i] as number) + step * (counts[i] as number);
    }
    return [name, { shape, data }];
  });
  return new Map(weights);
}

import { fromFloat16Bits, toFloat16Bits } from "./float16.ts";
import { decodeTensors, encodeTensors, type StoredTensor } from "./safetensors.ts";
import type { Tensor, Weights } from "./tensor.ts";
import { weightsError } from "./weights-error.ts";

/** Typed arrays' `from` goes through an iterator, which costs more than the conversion. */
function toHalves(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = toFloat16Bits(values[i] as number);
  return bits;
}

function fromHalves(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let i = 0; i < values.length; i++) values[i] = fromFloat16Bits(bits[i] as number);
  return values;
}

/** Weights as a safetensors file of float16: half the bytes, 11 significant bits. */
export function encodeHalf(weights: Weights): Uint8Array {
  const stored = ({ shape, data }: Tensor): StoredTensor => ({
    dtype: "F16",
    shape,
    bytes: new Uint8Array(toHalves(data).buffer),
  });
  return encodeTensors(new Map([...weights].map(([name, tensor]) => [name, stored(tensor)])));
}

/** @throws SlotwiseError WEIGHTS_INVALID when the file is not one of float16 alone */
export function decodeHalf(file: Uint8Array): Weights {
  const { tensors } = decodeTensors(file);
  const weights = [...tensors].map(([name, { dtype, shape, bytes }]): [string, Tensor] => {
    if (dtype !== "F16") throw weightsError(`dtype F16 for ${name}`, dtype);
    const bits = new Uint16Array(bytes.buffer as ArrayBuffer);
    return [name, { shape, data: fromHalves(bits) }];
  });
  return new Map(weights);
}

import { fromFloat16Bits, toFloat16Bits } from "./float16.ts";
import { decodeTensors, encodeTensors, type StoredTensor } from "./safetensors.ts";
import type { Tensor, Weights } from "./tensor.ts";
import { weightsError } from "./weights-error.ts";

/** Weights as a safetensors file of float16: half the bytes, 11 significant bits. */
export function encodeHalf(weights: Weights): Uint8Array {
  const stored = ({ shape, data }: Tensor): StoredTensor => ({
    dtype: "F16",
    shape,
    bytes: new Uint8Array(Uint16Array.from(data, toFloat16Bits).buffer),
  });
  return encodeTensors(new Map([...weights].map(([name, tensor]) => [name, stored(tensor)])));
}

/** @throws SlotwiseError WEIGHTS_INVALID when the file is not one of float16 alone */
export function decodeHalf(file: Uint8Array): Weights {
  const { tensors } = decodeTensors(file);
  const weights = [...tensors].map(([name, { dtype, shape, bytes }]): [string, Tensor] => {
    if (dtype !== "F16") throw weightsError(`dtype F16 for ${name}`, dtype);
    const bits = new Uint16Array(bytes.buffer as ArrayBuffer);
    return [name, { shape, data: Float32Array.from(bits, fromFloat16Bits) }];
  });
  return new Map(weights);
}

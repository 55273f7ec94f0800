import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { ContentForm, Encoding } from "../core/weights/encoding.ts";
import { decodeHalf, encodeHalf } from "../core/weights/half-precision.ts";
import { decodeDelta, encodeDelta } from "../core/weights/int8-delta.ts";
import { decodeSafetensors, encodeSafetensors } from "../core/weights/safetensors.ts";
import type { Weights } from "../core/weights/tensor.ts";
import { weightsError } from "../core/weights/weights-error.ts";

/** Names, shapes and steps of a delta's file, bytes at most. */
const maxDeltaHeaderBytes = 1 << 20;

function inflate(content: Uint8Array, base: Weights): Uint8Array {
  const values = [...base.values()].reduce((sum, { data }) => sum + data.length, 0);
  try {
    return inflateRawSync(content, { maxOutputLength: values + maxDeltaHeaderBytes });
  } catch (cause) {
    throw weightsError("a deflated delta of the base's size", String(cause));
  }
}

/** @throws SlotwiseError WEIGHTS_INVALID for a delta without its base */
function required(base: Weights | undefined): Weights {
  if (base === undefined) throw weightsError("the weights a delta starts from", "none");
  return base;
}

/**
 * Weights in the form they travel in.
 *
 * @param base what an `int8-delta` starts from; not looked at otherwise
 */
export function encodeContent(encoding: Encoding, weights: Weights, base?: Weights): Uint8Array {
  switch (encoding) {
    case "float32":
      return encodeSafetensors(weights);
    case "float16":
      return encodeHalf(weights);
    case "int8-delta":
      return deflateRawSync(encodeDelta(weights, required(base)));
  }
}

/**
 * The inverse of `encodeContent`, but for what a lossy encoding left out. Values may be non-finite.
 *
 * @throws SlotwiseError WEIGHTS_INVALID
 */
export function decodeContent(form: ContentForm, content: Uint8Array, base?: Weights): Weights {
  switch (form) {
    case "float32":
      return decodeSafetensors(content).weights;
    case "float16":
      return decodeHalf(content);
    case "int8-delta": {
      const from = required(base);
      return decodeDelta(inflate(content, from), from);
    }
    case "masked":
      throw weightsError("weights that can be read alone", "a masked update");
  }
}

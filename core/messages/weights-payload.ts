import type { z } from "zod";
import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors.ts";
import type { Weights } from "../weights/tensor.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";
import { messageError } from "./message-error.ts";

const lengthBytes = 4;

/** A JSON header and the weights it speaks of. */
export interface WeightsPayload<Header> {
  readonly header: Header;
  readonly weights: Weights;
}

/** u32 little-endian header length, JSON header, safetensors. */
export function encodeWeightsPayload<Schema extends z.ZodType>(
  schema: Schema,
  header: z.input<Schema>,
  weights: Weights,
): Uint8Array {
  const json = encodeJson(schema, header);
  const tensors = encodeSafetensors(weights);
  const payload = new Uint8Array(lengthBytes + json.byteLength + tensors.byteLength);
  new DataView(payload.buffer).setUint32(0, json.byteLength, true);
  payload.set(json, lengthBytes);
  payload.set(tensors, lengthBytes + json.byteLength);
  return payload;
}

function decodeTensors(tensors: Uint8Array): Weights {
  try {
    return decodeSafetensors(tensors).weights;
  } catch (cause) {
    throw messageError("weights as safetensors", String(cause), cause);
  }
}

/**
 * The inverse of `encodeWeightsPayload`. Values may be non-finite: see `checkFinite`.
 *
 * @throws SlotwiseError MESSAGE_INVALID
 */
export function decodeWeightsPayload<Schema extends z.ZodType>(
  schema: Schema,
  payload: Uint8Array,
): WeightsPayload<z.output<Schema>> {
  if (payload.byteLength < lengthBytes) {
    throw messageError("a header length of 4 bytes", `${payload.byteLength} bytes`);
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const headerBytes = view.getUint32(0, true);
  if (headerBytes > payload.byteLength - lengthBytes) {
    throw messageError("a header inside the message", `a header length of ${headerBytes}`);
  }
  const tensorsAt = lengthBytes + headerBytes;
  return {
    header: decodeJson(schema, payload.subarray(lengthBytes, tensorsAt)),
    weights: decodeTensors(payload.subarray(tensorsAt)),
  };
}

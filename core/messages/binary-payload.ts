import type { z } from "zod";
import { decodeJson, encodeJson } from "./json-payload.ts";
import { messageError } from "./message-error.ts";

const lengthBytes = 4;

/** A JSON header and the bytes it speaks of. */
export interface BinaryPayload<Header> {
  readonly header: Header;
  readonly bytes: Uint8Array;
}

/** u32 little-endian header length, JSON header, bytes. */
export function encodeBinaryPayload<Schema extends z.ZodType>(
  schema: Schema,
  header: z.input<Schema>,
  bytes: Uint8Array,
): Uint8Array {
  const json = encodeJson(schema, header);
  const payload = new Uint8Array(lengthBytes + json.byteLength + bytes.byteLength);
  new DataView(payload.buffer).setUint32(0, json.byteLength, true);
  payload.set(json, lengthBytes);
  payload.set(bytes, lengthBytes + json.byteLength);
  return payload;
}

/**
 * The inverse of `encodeBinaryPayload`; the bytes are a view of the payload.
 *
 * @throws SlotwiseError MESSAGE_INVALID
 */
export function decodeBinaryPayload<Schema extends z.ZodType>(
  schema: Schema,
  payload: Uint8Array,
): BinaryPayload<z.output<Schema>> {
  if (payload.byteLength < lengthBytes) {
    throw messageError("a header length of 4 bytes", `${payload.byteLength} bytes`);
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const headerBytes = view.getUint32(0, true);
  if (headerBytes > payload.byteLength - lengthBytes) {
    throw messageError("a header inside the message", `a header length of ${headerBytes}`);
  }
  const bytesAt = lengthBytes + headerBytes;
  return {
    header: decodeJson(schema, payload.subarray(lengthBytes, bytesAt)),
    bytes: payload.subarray(bytesAt),
  };
}

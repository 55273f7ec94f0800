import type { z } from "zod";
import { messageError } from "./message-error.ts";

/** A JSON payload longer than this is refused unread, bytes. */
const maxJsonBytes = 64 * 1024;

export function encodeJson<Schema extends z.ZodType>(
  schema: Schema,
  message: z.input<Schema>,
): Uint8Array {
  const result = schema.safeParse(message);
  if (!result.success) throw messageError("a message that fits its schema", result.error.message);
  return new TextEncoder().encode(JSON.stringify(result.data));
}

function parseJson(payload: Uint8Array): unknown {
  if (payload.byteLength > maxJsonBytes) {
    throw messageError(`at most ${maxJsonBytes} bytes of JSON`, `${payload.byteLength} bytes`);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (cause) {
    throw messageError("JSON in UTF-8", `${payload.byteLength} other bytes`, cause);
  }
}

/** @throws SlotwiseError MESSAGE_INVALID with every fault */
export function decodeJson<Schema extends z.ZodType>(
  schema: Schema,
  payload: Uint8Array,
): z.output<Schema> {
  const result = schema.safeParse(parseJson(payload));
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw messageError("a message that fits its schema", faults.join("; "));
}

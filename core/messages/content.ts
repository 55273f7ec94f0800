import { z } from "zod";
import { contentFormSchema } from "../weights/encoding.ts";
import { messageError } from "./message-error.ts";

/** Largest content, bytes: the paper's joint head has 10 MB. */
const maxContentBytes = 256 * 1024 * 1024;

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");

const blockBytesSchema = z
  .number()
  .int()
  .min(1024)
  .max(1024 * 1024);

const defaultBlockBytes = 64 * 1024;

/**
 * How a sender splits its contents, as keys of its configuration.
 *
 * @param inlineBytes what one message holds unless configured otherwise
 */
export const splittingKeys = (inlineBytes = defaultBlockBytes) => ({
  inlineBytes: z
    .number()
    .int()
    .min(0)
    .max(64 * 1024 * 1024)
    .default(inlineBytes)
    .describe("longest content in one message; longer ones are asked for in blocks"),
  blockBytes: blockBytesSchema.default(defaultBlockBytes).describe("length of those blocks"),
});

/** What weights in one encoding are as bytes, before they are there. */
export const contentSchema = z.strictObject({
  encoding: contentFormSchema,
  sha256: sha256Schema,
  bytes: z.number().int().positive().max(maxContentBytes),
  /** Length of the blocks it is asked for in; the last one is shorter. */
  blockBytes: blockBytesSchema,
});

export type Content = z.output<typeof contentSchema>;

/**
 * The bytes of a content that came with its description; undefined when it has to be asked for.
 *
 * @throws SlotwiseError MESSAGE_INVALID for any other number of bytes
 */
export function inlineContent(content: Content, bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.byteLength === 0) return undefined;
  if (bytes.byteLength === content.bytes) return bytes;
  throw messageError(`none or ${content.bytes} bytes of content`, `${bytes.byteLength}`);
}

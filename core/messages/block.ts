import { z } from "zod";
import { decodeBinaryPayload, encodeBinaryPayload } from "./binary-payload.ts";
import { sha256Schema } from "./content.ts";

const blockHeaderSchema = z.strictObject({
  version: z.literal(1),
  /** Of the whole content. */
  sha256: sha256Schema,
  /** Position of the block, from 0. */
  block: z.number().int().nonnegative(),
});

export type BlockHeader = z.output<typeof blockHeaderSchema>;

export const encodeBlock = (header: BlockHeader, bytes: Uint8Array) =>
  encodeBinaryPayload(blockHeaderSchema, header, bytes);

/** @throws SlotwiseError MESSAGE_INVALID */
export const decodeBlock = (payload: Uint8Array) => decodeBinaryPayload(blockHeaderSchema, payload);

import { z } from "zod";
import { sha256Schema } from "./content.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

const blockRequestSchema = z.strictObject({
  version: z.literal(1),
  /** Of the content. */
  sha256: sha256Schema,
  /** Positions of the blocks asked for, from 0; they take the place of those asked for before. */
  blocks: z.array(z.number().int().nonnegative()).min(1).max(64),
});

/** Some blocks of a content, please. */
export type BlockRequest = z.output<typeof blockRequestSchema>;

export const encodeBlockRequest = (request: BlockRequest) =>
  encodeJson(blockRequestSchema, request);

/** @throws SlotwiseError MESSAGE_INVALID */
export const decodeBlockRequest = (payload: Uint8Array) => decodeJson(blockRequestSchema, payload);

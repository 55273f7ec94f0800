import { z } from "zod";
import { decodeBinaryPayload, encodeBinaryPayload } from "./binary-payload.ts";
import { type Content, contentSchema, inlineContent } from "./content.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema, countSchema } from "./identity.ts";

const federationGlobalHeaderSchema = z.strictObject({
  version: z.literal(2),
  federation: federationIdSchema,
  /** Version of the global model, from 1, never given twice within a federation. */
  globalVersion: z.number().int().positive(),
  /** The version that a delta among the contents starts from. */
  baseVersion: countSchema,
  /** The round it came from. */
  round: z.number().int().positive(),
  contributors: z.array(agentNameSchema).max(1024),
  /** The same weights in several forms, the shortest first. */
  contents: z.array(contentSchema).min(1).max(3),
});

export type FederationGlobalHeader = z.output<typeof federationGlobalHeaderSchema>;

/**
 * The global model, equation (18), for every agent to start the next episodes from. The first content
 * follows the header where it is short; everything else is asked for in blocks.
 */
export const federationGlobalMessage = {
  subscription: "slotwise/federation/global",
  topic: () => "slotwise/federation/global",
  version: 2,
  qos: 1,
  retain: true,
  encode: (header: FederationGlobalHeader, inline?: Uint8Array) =>
    encodeBinaryPayload(federationGlobalHeaderSchema, header, inline ?? new Uint8Array(0)),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => {
    const { header, bytes } = decodeBinaryPayload(federationGlobalHeaderSchema, payload);
    return { header, inline: inlineContent(header.contents[0] as Content, bytes) };
  },
} as const;

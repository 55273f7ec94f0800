import { z } from "zod";
import { agentTopic } from "./agent-topic.ts";
import { decodeBinaryPayload, encodeBinaryPayload } from "./binary-payload.ts";
import { contentSchema, inlineContent } from "./content.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema, countSchema, incarnationSchema } from "./identity.ts";

const federationUpdateHeaderSchema = z.strictObject({
  version: z.literal(2),
  federation: federationIdSchema,
  agent: agentNameSchema,
  incarnation: incarnationSchema,
  round: z.number().int().positive(),
  /** The global model it was learned from, and a delta starts from. */
  baseVersion: countSchema,
  /** Slots the agent learned from since the base version. */
  samples: z.number().int().positive().max(1e9),
  content: contentSchema,
  /** Ed25519 over `signedText`, base64; null where the agent has no key. */
  signature: z.string().max(128).nullable(),
});

export type FederationUpdateHeader = z.output<typeof federationUpdateHeaderSchema>;

/** What is said of an update before it is encoded. */
export type UpdateFacts = Omit<FederationUpdateHeader, "version" | "content" | "signature">;

/** What an update's signature is over: everything in its header, and through the digest its content. */
export function signedText({ signature, ...header }: FederationUpdateHeader): string {
  const { federation, agent, incarnation, round, baseVersion, samples, content } = header;
  const said = [federation, agent, incarnation, round, baseVersion, samples];
  const { encoding, sha256, bytes, blockBytes } = content;
  return JSON.stringify(["slotwise update 2", ...said, encoding, sha256, bytes, blockBytes]);
}

/**
 * An agent's generator weights for a round: the only thing it learned that leaves it. The content
 * follows the header, or is asked for in blocks.
 */
export const federationUpdateMessage = {
  ...agentTopic("slotwise/federation/update/", ""),
  version: 2,
  qos: 1,
  retain: false,
  encode: (header: FederationUpdateHeader, inline?: Uint8Array) =>
    encodeBinaryPayload(federationUpdateHeaderSchema, header, inline ?? new Uint8Array(0)),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => {
    const { header, bytes } = decodeBinaryPayload(federationUpdateHeaderSchema, payload);
    return { header, inline: inlineContent(header.content, bytes) };
  },
} as const;

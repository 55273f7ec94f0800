import { z } from "zod";
import { agentTopic } from "./agent-topic.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema, incarnationSchema } from "./identity.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

/** 32 bytes in base64. */
const publicKeySchema = z.base64().length(44);

/** An agent's X25519 public keys for one round. */
export const memberSchema = z.strictObject({
  agent: agentNameSchema,
  incarnation: incarnationSchema,
  /** What others seal shares for this agent with. */
  sealingKey: publicKeySchema,
  /** What the masks that this agent shares with others come from. */
  maskingKey: publicKeySchema,
  /** Ed25519 over `signedKeysText`, base64; null where the agent has no key. */
  signature: z.base64().max(128).nullable(),
});

export type Member = z.output<typeof memberSchema>;

const federationKeysSchema = z.strictObject({
  version: z.literal(1),
  federation: federationIdSchema,
  round: z.number().int().positive(),
  member: memberSchema,
});

export type FederationKeys = z.output<typeof federationKeysSchema>;

/** What the signature of an agent's keys is over. */
export function signedKeysText({
  federation,
  round,
  member,
}: Pick<FederationKeys, "federation" | "round" | "member">): string {
  const { agent, incarnation, sealingKey, maskingKey } = member;
  const said = [federation, round, agent, incarnation, sealingKey, maskingKey];
  return JSON.stringify(["slotwise keys 1", ...said]);
}

/** An agent has an update for a secure round, and gives the keys it will hide it with. */
export const federationKeysMessage = {
  ...agentTopic("slotwise/federation/keys/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: (keys: FederationKeys) => encodeJson(federationKeysSchema, keys),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeJson(federationKeysSchema, payload),
} as const;

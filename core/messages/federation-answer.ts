import { z } from "zod";
import { agentTopic } from "./agent-topic.ts";
import { sha256Schema } from "./content.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { incarnationSchema } from "./identity.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

/** Why an update was refused. */
const refusalSchema = z.enum([
  "malformed",
  "foreign",
  "late",
  "future",
  "duplicate",
  "stale-base",
  "too-stale",
  "unsigned",
  "too-long",
  "corrupt",
  "mismatched",
  "non-finite",
  "oversize",
  "overweight",
  "crowded",
  "unmasked",
  "outsider",
]);

export type Refusal = z.output<typeof refusalSchema>;

const federationAnswerSchema = z.strictObject({
  version: z.literal(1),
  federation: federationIdSchema,
  /** Of the agent that sent the update. */
  incarnation: incarnationSchema,
  round: z.number().int().positive(),
  /** Of the update's content. */
  sha256: sha256Schema,
  /** Null: the update is in its round. */
  refusal: refusalSchema.nullable(),
  detail: z.string().max(500),
});

export type FederationAnswer = z.output<typeof federationAnswerSchema>;

/** What became of an agent's update; the same update sent again has the same answer. */
export const federationAnswerMessage = {
  ...agentTopic("slotwise/federation/answer/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: (answer: FederationAnswer) => encodeJson(federationAnswerSchema, answer),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeJson(federationAnswerSchema, payload),
} as const;

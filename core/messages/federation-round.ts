import { z } from "zod";
import { encodingSchema } from "../weights/encoding.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema, countSchema } from "./identity.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

const federationRoundSchema = z.strictObject({
  version: z.literal(4),
  federation: federationIdSchema,
  round: z.number().int().positive(),
  /** The latest global model; 0 while there is none. */
  baseVersion: countSchema,
  /** Versions before it that an update may build on; 0: the round is synchronous. */
  maxStaleness: countSchema,
  quorum: z.number().int().positive(),
  /** From the opening, or the latest extension, to the round's end with a quorum, ms. */
  deadlineMs: z.number().int().positive(),
  /** Largest sample count an update of the round may have. */
  maxSamples: z.number().int().positive(),
  /** Forms an update may have, the preferred one first. */
  encodings: z.array(encodingSchema).min(1).max(3),
  /** How often the deadline passed without a quorum. */
  extensions: countSchema,
  /** Whose updates the round has, so that others can tell after an extension that theirs was lost. */
  received: z.array(agentNameSchema).max(1024),
  /** Updates are masked, and only their sum is read; null: they are sent as they are. */
  secure: z
    .strictObject({
      /** Largest Euclidean norm of an update's change, which agents cut to; null: not cut. */
      clipNorm: z.number().positive().nullable(),
    })
    .nullable(),
  /** The round is over and no other follows: the federation has spent its privacy budget. */
  budgetSpent: z.boolean(),
});

export type FederationRound = z.output<typeof federationRoundSchema>;

/** The round that is open, which every agent answers once. */
export const federationRoundMessage = {
  subscription: "slotwise/federation/round",
  topic: () => "slotwise/federation/round",
  version: 4,
  qos: 1,
  retain: true,
  encode: (round: FederationRound) => encodeJson(federationRoundSchema, round),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeJson(federationRoundSchema, payload),
} as const;

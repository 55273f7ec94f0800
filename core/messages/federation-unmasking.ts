import { z } from "zod";
import { maxMembers } from "../secure-aggregation/fixed-point.ts";
import { agentTopic } from "./agent-topic.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema } from "./identity.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

const sharesSchema = z
  .array(
    z.strictObject({
      agent: agentNameSchema,
      /** 32 bytes in base64. */
      share: z.base64().length(44),
    }),
  )
  .max(maxMembers);

const federationUnmaskingSchema = z.strictObject({
  version: z.literal(1),
  federation: federationIdSchema,
  round: z.number().int().positive(),
  /** Shares of the self-mask's seed of every survivor. */
  selfMasks: sharesSchema,
  /** Shares of the private masking key of every member that shared and did not survive. */
  maskingKeys: sharesSchema,
});

export type FederationUnmasking = z.output<typeof federationUnmaskingSchema>;

/** An agent's shares of what has to come off the sum: of any agent one kind, never both. */
export const federationUnmaskingMessage = {
  ...agentTopic("slotwise/federation/unmasking/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: (unmasking: FederationUnmasking) => encodeJson(federationUnmaskingSchema, unmasking),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeJson(federationUnmaskingSchema, payload),
} as const;

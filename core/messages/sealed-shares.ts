import { z } from "zod";
import { maxMembers } from "../secure-aggregation/fixed-point.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema } from "./identity.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

const sealedSharesSchema = z.strictObject({
  version: z.literal(1),
  federation: federationIdSchema,
  round: z.number().int().positive(),
  shares: z
    .array(
      z.strictObject({
        /** Whom they are for, or from. */
        agent: agentNameSchema,
        /** AES-256-GCM over a share of the self-mask's seed and one of the masking key, base64. */
        sealed: z.base64().max(128),
      }),
    )
    .max(maxMembers),
});

/** Shares that only one agent can read. */
export type SealedShares = z.output<typeof sealedSharesSchema>;

export const encodeSealedShares = (shares: SealedShares) => encodeJson(sealedSharesSchema, shares);

/** @throws SlotwiseError MESSAGE_INVALID */
export const decodeSealedShares = (payload: Uint8Array) => decodeJson(sealedSharesSchema, payload);

import { z } from "zod";
import type { Weights } from "../weights/tensor.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema } from "./identity.ts";
import { decodeWeightsPayload, encodeWeightsPayload } from "./weights-payload.ts";

const federationGlobalHeaderSchema = z.strictObject({
  version: z.literal(1),
  federation: federationIdSchema,
  /** Version of the global model, from 1, never given twice within a federation. */
  globalVersion: z.number().int().positive(),
  /** The round it came from. */
  round: z.number().int().positive(),
  contributors: z.array(agentNameSchema).max(1024),
});

export type FederationGlobalHeader = z.output<typeof federationGlobalHeaderSchema>;

/** The global model, equation (18), for every agent to start the next episodes from. */
export const federationGlobalMessage = {
  subscription: "slotwise/federation/global",
  topic: () => "slotwise/federation/global",
  version: 1,
  qos: 1,
  retain: true,
  encode: (header: FederationGlobalHeader, weights: Weights) =>
    encodeWeightsPayload(federationGlobalHeaderSchema, header, weights),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeWeightsPayload(federationGlobalHeaderSchema, payload),
} as const;

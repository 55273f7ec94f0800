import { z } from "zod";
import type { Weights } from "../weights/tensor.ts";
import { agentTopic } from "./agent-topic.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema, countSchema, incarnationSchema } from "./identity.ts";
import { decodeWeightsPayload, encodeWeightsPayload } from "./weights-payload.ts";

const federationUpdateHeaderSchema = z.strictObject({
  version: z.literal(1),
  federation: federationIdSchema,
  agent: agentNameSchema,
  incarnation: incarnationSchema,
  round: z.number().int().positive(),
  baseVersion: countSchema,
  /** Slots the agent learned from since the base version. */
  samples: z.number().int().positive().max(1e9),
});

export type FederationUpdateHeader = z.output<typeof federationUpdateHeaderSchema>;

/** An agent's generator weights for a round: the only thing it learned that leaves it. */
export const federationUpdateMessage = {
  ...agentTopic("slotwise/federation/update/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: (header: FederationUpdateHeader, weights: Weights) =>
    encodeWeightsPayload(federationUpdateHeaderSchema, header, weights),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeWeightsPayload(federationUpdateHeaderSchema, payload),
} as const;

import { z } from "zod";
import { maxMembers } from "../secure-aggregation/fixed-point.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema } from "./identity.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

const federationSurvivorsSchema = z.strictObject({
  version: z.literal(1),
  federation: federationIdSchema,
  round: z.number().int().positive(),
  survivors: z.array(agentNameSchema).min(1).max(maxMembers),
});

export type FederationSurvivors = z.output<typeof federationSurvivorsSchema>;

/** Whose masked updates are in the sum of a secure round. */
export const federationSurvivorsMessage = {
  subscription: "slotwise/federation/survivors",
  topic: () => "slotwise/federation/survivors",
  version: 1,
  qos: 1,
  retain: true,
  encode: (survivors: FederationSurvivors) => encodeJson(federationSurvivorsSchema, survivors),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeJson(federationSurvivorsSchema, payload),
} as const;

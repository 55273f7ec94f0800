import { z } from "zod";
import { maxMembers } from "../secure-aggregation/fixed-point.ts";
import { federationIdSchema } from "./federation-identity.ts";
import { memberSchema } from "./federation-keys.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

const federationRosterSchema = z.strictObject({
  version: z.literal(1),
  federation: federationIdSchema,
  round: z.number().int().positive(),
  /** Members whose shares unmask the sum; more than half. */
  threshold: z.number().int().positive().max(maxMembers),
  /** In the order that shares are numbered by, from 1. */
  members: z.array(memberSchema).min(1).max(maxMembers),
});

export type FederationRoster = z.output<typeof federationRosterSchema>;

/** Who takes part in a secure round, with their keys. */
export const federationRosterMessage = {
  subscription: "slotwise/federation/roster",
  topic: () => "slotwise/federation/roster",
  version: 1,
  qos: 1,
  retain: true,
  encode: (roster: FederationRoster) => encodeJson(federationRosterSchema, roster),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeJson(federationRosterSchema, payload),
} as const;

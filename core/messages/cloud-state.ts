import { z } from "zod";
import { federationIdSchema } from "./federation-identity.ts";
import { agentNameSchema, countSchema, incarnationSchema } from "./identity.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

const cloudStateSchema = z.strictObject({
  version: z.literal(2),
  online: z.boolean(),
  incarnation: incarnationSchema,
  federation: federationIdSchema,
  /** Wall clock, ms since 1970. */
  startedAtMs: countSchema,
  /** The round that is open. */
  round: countSchema,
  globalVersion: countSchema,
  /** What the global models say of any agent's whole part in them, at most: (ε, δ); null: not bounded. */
  privacy: z
    .strictObject({
      epsilon: z.number().nonnegative(),
      delta: z.number().positive(),
      maxEpsilon: z.number().positive().nullable(),
      /** No round is open, and none will be. */
      budgetSpent: z.boolean(),
    })
    .nullable(),
  /** Since this start: */
  roundsClosed: countSchema,
  roundsAbandoned: countSchema,
  extensions: countSchema,
  updatesAccepted: countSchema,
  updatesRefused: z.record(z.string().max(32), countSchema),
  /** Agents whose update the open round waits for. */
  expected: z.array(agentNameSchema).max(1024),
});

export type CloudState = z.output<typeof cloudStateSchema>;

/** The aggregator's standing: retained, and said to be offline by the last will. */
export const cloudStateMessage = {
  subscription: "slotwise/cloud/state",
  topic: () => "slotwise/cloud/state",
  version: 2,
  qos: 1,
  retain: true,
  encode: (state: CloudState) => encodeJson(cloudStateSchema, state),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeJson(cloudStateSchema, payload),
} as const;

import { z } from "zod";
import { agentTopic } from "./agent-topic.ts";
import { agentNameSchema, incarnationSchema } from "./identity.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

const agentStateSchema = z.strictObject({
  version: z.literal(1),
  online: z.boolean(),
  agent: agentNameSchema,
  incarnation: incarnationSchema,
  /** "slicing" */
  system: z.string().min(1).max(32),
  /** The agent learns and takes part in federated rounds. */
  federated: z.boolean(),
  /** Wall clock, ms since 1970. */
  startedAtMs: z.number().int().nonnegative(),
  /** Name or file of the policy in force. */
  policy: z.string().max(256),
});

export type AgentState = z.output<typeof agentStateSchema>;

/** Who is there: retained, and said to be offline by the last will. */
export const agentStateMessage = {
  ...agentTopic("slotwise/agents/", "/state"),
  version: 1,
  qos: 1,
  retain: true,
  encode: (state: AgentState) => encodeJson(agentStateSchema, state),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeJson(agentStateSchema, payload),
} as const;

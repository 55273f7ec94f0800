import { z } from "zod";
import { agentTopic } from "./agent-topic.ts";
import { agentNameSchema, countSchema, incarnationSchema } from "./identity.ts";
import { decodeJson, encodeJson } from "./json-payload.ts";

const durationSchema = z.number().nonnegative();
const vectorSchema = z.array(z.number()).max(1024);
const measureNameSchema = z.string().min(1).max(64);

/** Sums over `slots` slots by measure (`meanDelayMs`, `satisfaction`, `rewardMs`, …). */
const performanceTotalsSchema = z.strictObject({
  slots: countSchema,
  sums: z.record(measureNameSchema, z.number()),
});

const agentTelemetrySchema = z.strictObject({
  version: z.literal(2),
  agent: agentNameSchema,
  incarnation: incarnationSchema,
  system: z.string().min(1).max(32),
  uptimeMs: durationSchema,
  slots: z.strictObject({
    /** applied + held */
    slots: countSchema,
    applied: countSchema,
    held: countSchema,
    late: countSchema,
    skipped: countSchema,
    fallback: countSchema,
    /** Slots whose action the executor reported, and those where it was another. */
    readBackChecked: countSchema,
    readBackMismatches: countSchema,
  }),
  /** From the start of a slot to its action in force, since the agent's start. */
  latencyUs: z.strictObject({ p50: durationSchema, p99: durationSchema, p999: durationSchema }),
  /**
   * Who decides, and the allocation that the device confirmed last; empty before it has, and where
   * nothing is put into force. What was observed stays with the agent.
   */
  current: z.strictObject({
    allocation: vectorSchema,
    policy: z.string().max(256),
  }),
  performance: z.strictObject({
    own: performanceTotalsSchema,
    /** Reference policies ("equal", "sqrt-load", "optimal") on the same slots. */
    references: z.record(measureNameSchema, performanceTotalsSchema),
  }),
  federation: z.strictObject({
    /** The latest round this agent answered; 0 before the first. */
    round: countSchema,
    /** The global model the learner last took over; 0 before the first. */
    globalVersion: countSchema,
    roundsJoined: countSchema,
    /** Payload bytes of the whole link. */
    bytesSent: countSchema,
    bytesReceived: countSchema,
  }),
  /** Null while the agent does not learn. */
  learner: z
    .strictObject({
      updates: countSchema,
      updatesPerSecond: z.number().nonnegative(),
      explorationRate: z.number().min(0).max(1),
    })
    .nullable(),
  resources: z.strictObject({ rssBytes: countSchema }),
  link: z.strictObject({
    /** Malformed messages by kind ("round", "global"). */
    invalidMessages: z.record(measureNameSchema, countSchema),
    reconnects: countSchema,
    droppedTelemetry: countSchema,
  }),
});

/** Cumulative since the agent's start; a lost message loses no count. */
export type AgentTelemetry = z.output<typeof agentTelemetrySchema>;

export type PerformanceTotals = z.output<typeof performanceTotalsSchema>;

/** Once a second. */
export const agentTelemetryMessage = {
  ...agentTopic("slotwise/agents/", "/telemetry"),
  version: 2,
  qos: 0,
  retain: false,
  encode: (telemetry: AgentTelemetry) => encodeJson(agentTelemetrySchema, telemetry),
  /** @throws SlotwiseError MESSAGE_INVALID */
  decode: (payload: Uint8Array) => decodeJson(agentTelemetrySchema, payload),
} as const;

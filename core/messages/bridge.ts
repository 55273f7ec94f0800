import { z } from "zod";

/** Version of the bridge protocol; docs/bridge-protocol.md describes it. */
export const bridgeProtocol = 1;

const agentName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const slotNumber = z.number().int().min(0);
const vector = z.array(z.number()).min(1).max(4096);
const measures = z.record(z.string(), z.number());
const seed = z.number().int().min(0).max(0xffffffff);

/** Claims access points; the first message of a client. */
const helloRequestSchema = z.strictObject({
  type: z.literal("hello"),
  protocol: z.number().int(),
  agents: z.array(agentName).min(1).max(1024),
});

/** Starts a new episode at the next slot boundary; with a seed, the whole world anew. */
const resetRequestSchema = z.strictObject({
  type: z.literal("reset"),
  seed: seed.optional(),
});

/** Actions for the slot of the observation they answer, keyed by agent. */
const stepRequestSchema = z.strictObject({
  type: z.literal("step"),
  slot: slotNumber,
  actions: z.record(agentName, vector),
});

/** Gives the claimed access points back and ends the connection. */
const closeRequestSchema = z.strictObject({ type: z.literal("close") });

/** What a client sends to a simulator. */
export const bridgeRequestSchema = z.discriminatedUnion("type", [
  helloRequestSchema,
  resetRequestSchema,
  stepRequestSchema,
  closeRequestSchema,
]);
export type BridgeRequest = z.infer<typeof bridgeRequestSchema>;
export type HelloRequest = z.infer<typeof helloRequestSchema>;
export type StepRequest = z.infer<typeof stepRequestSchema>;

const box = { shape: z.tuple([z.number().int().min(1)]), low: vector, high: vector };

/** What one agent observes and decides, in the manner of Gymnasium's Box. */
const spacesSchema = z.object({
  observation: z.object(box),
  /**
   * With budgets: integers, in `budgets.length` groups of equal length, in order; the sum of group g
   * is at most `budgets[g]`. Without: any numbers within the box.
   */
  action: z.object({ ...box, budgets: z.array(z.number().positive()).min(1).optional() }),
});
export type BridgeSpaces = z.infer<typeof spacesSchema>;

/** What a simulator is: its first message, in answer to a client's hello. */
export const helloReplySchema = z.object({
  type: z.literal("hello"),
  protocol: z.literal(bridgeProtocol),
  /** Differs for every start of a simulator; tells a restart from a lost connection. */
  instance: z.string().default(""),
  system: z.string(),
  clock: z.enum(["real-time", "lockstep"]),
  slotPeriodMs: z.number().positive(),
  /** A slot waits at most this long for a step, ms; the slot period when left out. */
  stepTimeoutMs: z.number().positive().optional(),
  episodeSlots: z.number().int().min(1),
  seed: seed.default(0),
  /** Every access point of the simulator, claimed or not. */
  agents: z.array(agentName).min(1),
  spaces: spacesSchema,
  /** The system's own description; for `slicing` a SlicingScenario. */
  scenario: z.unknown(),
});
export type HelloReply = z.infer<typeof helloReplySchema>;

/** A system as its simulator describes it, or as configuration does while none answers. */
export type BridgeSystem = Pick<
  HelloReply,
  "system" | "slotPeriodMs" | "episodeSlots" | "spaces" | "scenario"
>;

/** What became of an agent's slot that ended. */
const infoSchema = z.object({
  slot: slotNumber,
  /** The action that was in force. */
  applied: vector,
  /** True when no step came and the last action stayed in force. */
  held: z.boolean().default(false),
  performance: measures.default({}),
  references: z.record(z.string(), measures).default({}),
});
export type BridgeInfo = z.infer<typeof infoSchema>;

/**
 * A slot begins: Gymnasium's five values keyed by agent. Observations are of `slot`; rewards,
 * terminations, truncations and infos are of the slot that ended, and empty where none did.
 */
const observationReplySchema = z.object({
  type: z.literal("observation"),
  slot: slotNumber,
  episode: z.number().int().min(0),
  /** True when a reset, not the end of an episode, began this episode. */
  reset: z.boolean().default(false),
  observations: z.record(agentName, vector),
  rewards: z.record(agentName, z.number()),
  terminations: z.record(agentName, z.boolean()),
  truncations: z.record(agentName, z.boolean()),
  infos: z.record(agentName, infoSchema),
});
export type ObservationReply = z.infer<typeof observationReplySchema>;

export type BridgeErrorCode =
  | "ACTION_INVALID"
  | "AGENT_TAKEN"
  | "AGENT_UNKNOWN"
  | "FRAME_INVALID"
  | "HELLO_REQUIRED"
  | "MESSAGE_INVALID"
  | "PROTOCOL_UNSUPPORTED"
  | "SLOT_UNKNOWN";

/** A request was refused; nothing else changed. */
const errorReplySchema = z.object({
  type: z.literal("error"),
  code: z.string(),
  message: z.string(),
});

/** What a simulator sends to a client. */
export const bridgeReplySchema = z.discriminatedUnion("type", [
  helloReplySchema,
  observationReplySchema,
  errorReplySchema,
]);
export type BridgeReply = z.infer<typeof bridgeReplySchema>;

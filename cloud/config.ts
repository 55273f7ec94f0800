import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { splittingKeys } from "../core/messages/content.ts";
import { privacyRulesSchema } from "../core/privacy/privacy-rules.ts";
import { maxMembers, minMembers } from "../core/secure-aggregation/fixed-point.ts";
import { pullRulesSchema } from "../core/transfer/pull.ts";
import { aggregationSchema, updatesNeeded } from "../core/weights/aggregation.ts";
import { encodingSchema } from "../core/weights/encoding.ts";
import { brokerUrlSchema, mqttConfigSchema, tlsFault } from "../platform/mqtt/mqtt-config.ts";
import { parentConfigSchema } from "./aggregator/parent-config.ts";
import { roundsModeSchema } from "./aggregator/rounds-mode.ts";
import { secureRulesSchema } from "./aggregator/secure/secure-rules.ts";
import { brokerConfigSchema } from "./broker/config.ts";
import { logLevelSchema } from "./log-level.ts";

function defaultStateDir(): string {
  const base = process.env.XDG_STATE_HOME || join(homedir(), ".local", "state");
  return join(base, "slotwise", "cloud");
}

/** A broker hands a model to all at once, where every agent would have to ask for its blocks. */
const announcedBytes = 512 * 1024;

const cloudConfigShape = z.strictObject({
  broker: brokerConfigSchema.prefault({}),
  /** An external broker; the embedded one is then not started. */
  brokerUrl: brokerUrlSchema.optional(),
  mqtt: mqttConfigSchema.prefault({}),
  stateDir: z.string().min(1).default(defaultStateDir),
  rounds: roundsModeSchema.prefault({ mode: "synchronous" }),
  /** Updates a global model is made of: in synchronous rounds at least, else as soon as there are so many. */
  quorum: z.number().int().min(1).max(1024).default(2),
  /** What a round waits for those who do not answer, ms. */
  deadlineMs: z.number().int().min(10).max(86_400_000).default(3000),
  /** Agents kept track of, and updates kept in a round. */
  maxAgents: z.number().int().min(1).max(1024).default(256),
  /** Slots an update may claim to be made of; ten episodes of the shipped scenario. */
  maxSamples: z.number().int().min(1).max(1e9).default(1000),
  maxChange: z
    .number()
    .positive()
    .max(1e6)
    .default(10)
    .describe("largest norm of an update's change, as a multiple of its base's norm"),
  aggregation: aggregationSchema.prefault({ rule: "fed-avg" }),
  parent: parentConfigSchema
    .nullable()
    .default(null)
    .describe("the federation above this one, which is then a region of it; null: there is none"),
  privacy: privacyRulesSchema
    .nullable()
    .default(null)
    .describe("differentially private global models; null: not private"),
  secure: secureRulesSchema
    .nullable()
    .default(null)
    .describe("secure aggregation, {} for its defaults; null: updates are read one by one"),
  startModel: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("global model of a new federation: slicing, an ONNX policy or a safetensors file"),
  encodings: z
    .array(encodingSchema)
    .min(1)
    .max(3)
    .default(["float32"])
    .describe("forms updates may have, the preferred one first; float32 is always taken"),
  downlink: z
    .strictObject({
      encoding: encodingSchema.default("float32").describe("form of the global model"),
      ...splittingKeys(announcedBytes),
    })
    .prefault({}),
  pull: pullRulesSchema.prefault({}).describe("how updates are asked for in blocks"),
  maxUpdateBytes: z
    .number()
    .int()
    .min(1024)
    .max(256 * 1024 * 1024)
    .default(16 * 1024 * 1024)
    .describe("longest update taken"),
  maxPulls: z.number().int().min(1).max(1024).default(16).describe("updates fetched at a time"),
  keysDir: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("folder of NAME.pem, each agent's Ed25519 public key; null: no signatures asked for"),
  logLevel: logLevelSchema,
});

/** What is expected of the other keys where models are private. */
function privacyFault({
  privacy,
  aggregation,
  startModel,
  rounds,
}: z.output<typeof cloudConfigShape>): string | undefined {
  if (privacy === null) return undefined;
  const { rule, clipNorm } = aggregation;
  if (rounds.mode !== "synchronous") return "expected synchronous rounds, which spend alike on all";
  if (rule !== "fed-avg") return `expected aggregation.rule fed-avg; the noise is not for ${rule}`;
  if (clipNorm !== null) return "expected no aggregation.clipNorm beside privacy.clipNorm";
  if (startModel === null) return "expected a startModel, which changes are clipped from";
  return undefined;
}

/** What is expected of the other keys where updates are masked. */
function secureFault({
  secure,
  quorum,
  aggregation,
  encodings,
  startModel,
  rounds,
  parent,
}: z.output<typeof cloudConfigShape>): string | undefined {
  if (secure === null) return undefined;
  const { rule, clipNorm } = aggregation;
  if (rounds.mode !== "synchronous") return "expected synchronous rounds, which masks are for";
  if (parent !== null) return "expected no parent, whose models would come amid a masked round";
  const unseen = "a masked update cannot be looked at";
  if (rule !== "fed-avg") return `expected aggregation.rule fed-avg, not ${rule}: ${unseen}`;
  if (clipNorm !== null) return `expected no aggregation.clipNorm: ${unseen}`;
  if (encodings.join() !== "float32") return `expected no encodings but float32: ${unseen}`;
  if (quorum < minMembers)
    return `expected a quorum of ${minMembers} at least: of two, each knows the other's update`;
  if (quorum > maxMembers)
    return `expected a quorum of ${maxMembers} at most: a masked sum has room for no more`;
  if (startModel === null) return "expected a startModel, which changes are taken from";
  return undefined;
}

/** `slotwise cloud`: an aggregator, and the broker it runs unless told to use another. */
export const cloudConfigSchema = cloudConfigShape.superRefine((config, { addIssue }) => {
  const { quorum, aggregation, broker, brokerUrl, mqtt } = config;
  const refuse = (path: string[], message: string) => addIssue({ code: "custom", path, message });
  const needed = updatesNeeded(aggregation);
  if (quorum >= 1 && quorum < needed) {
    const updates = `the updates that this ${aggregation.rule} needs`;
    refuse(["quorum"], `expected at least ${needed}, ${updates}`);
  }
  const ownBroker = broker.tls === undefined ? "mqtt://" : "mqtts://";
  const fault = tlsFault(brokerUrl ?? ownBroker, mqtt);
  if (fault !== undefined) refuse(["mqtt", "tls"], fault);
  const impossible = privacyFault(config);
  if (impossible !== undefined) refuse(["privacy"], impossible);
  const unseeing = secureFault(config);
  if (unseeing !== undefined) refuse(["secure"], unseeing);
});

export type CloudConfig = z.output<typeof cloudConfigSchema>;

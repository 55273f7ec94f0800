import { z } from "zod";
import { splittingKeys } from "../../core/messages/content.ts";
import { pullRulesSchema } from "../../core/transfer/pull.ts";
import { encodingSchema } from "../../core/weights/encoding.ts";
import { brokerUrlSchema, mqttConfigSchema, tlsFault } from "../mqtt/mqtt-config.ts";

const linkShape = z.strictObject({
  brokerUrl: brokerUrlSchema.default("mqtt://127.0.0.1:1883"),
  mqtt: mqttConfigSchema.prefault({}),
  /** Telemetry messages kept while there is no broker; the oldest are dropped. */
  telemetryQueue: z.number().int().min(1).max(10_000).default(60),
  encodings: z
    .array(encodingSchema)
    .max(3)
    .default(["int8-delta", "float16", "float32"])
    .describe("forms this agent sends updates in, of those a round asks for; float32 always"),
  ...splittingKeys(),
  answerPatienceMs: z
    .number()
    .int()
    .min(100)
    .max(600_000)
    .default(3000)
    .describe("an update without answer is sent again after as long, ms; doubles up to eightfold"),
  pull: pullRulesSchema.prefault({}).describe("how a global model is asked for in blocks"),
  signingKey: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("PEM file of the Ed25519 private key that updates are signed with"),
  secure: z
    .strictObject({
      required: z
        .boolean()
        .default(false)
        .describe("true: nothing is sent in rounds without secure aggregation"),
      keysDir: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe("folder of NAME.pem, other agents' Ed25519 public keys; null: not asked for"),
    })
    .prefault({})
    .describe("what this agent asks of secure aggregation"),
});

/** How an agent reaches the broker. */
export const linkConfigSchema = linkShape.superRefine(({ brokerUrl, mqtt }, { addIssue }) => {
  const message = tlsFault(brokerUrl, mqtt);
  if (message !== undefined) addIssue({ code: "custom", path: ["brokerUrl"], message });
});

export type LinkConfig = z.output<typeof linkConfigSchema>;

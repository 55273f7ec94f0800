import { z } from "zod";
import { brokerUrlSchema, mqttConfigSchema, tlsFault } from "../../platform/mqtt/mqtt-config.ts";

const linkShape = z.strictObject({
  brokerUrl: brokerUrlSchema.default("mqtt://127.0.0.1:1883"),
  mqtt: mqttConfigSchema.prefault({}),
  /** Telemetry messages kept while there is no broker; the oldest are dropped. */
  telemetryQueue: z.number().int().min(1).max(10_000).default(60),
  /** Largest update sent, bytes; at most what the broker takes. */
  maxUpdateBytes: z
    .number()
    .int()
    .min(1024)
    .max(256 * 1024 * 1024)
    .default(1024 * 1024 - 256),
});

/** How an agent reaches the broker. */
export const linkConfigSchema = linkShape.superRefine(({ brokerUrl, mqtt }, { addIssue }) => {
  const message = tlsFault(brokerUrl, mqtt);
  if (message !== undefined) addIssue({ code: "custom", path: ["brokerUrl"], message });
});

export type LinkConfig = z.output<typeof linkConfigSchema>;

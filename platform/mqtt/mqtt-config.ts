import { z } from "zod";

/** How a process keeps its MQTT connection; the same for agents and cloud. */
export const mqttConfigSchema = z.strictObject({
  /** Silence after which the connection counts as lost is 1.5 times this. */
  keepaliveS: z.number().int().min(1).max(3600).default(10),
  connectTimeoutMs: z.number().int().min(100).max(120_000).default(5000),
  backOff: z
    .strictObject({
      firstMs: z.number().int().min(1).max(60_000).default(300),
      /** On a metered field link 60,000 is a better cap. */
      capMs: z.number().int().min(1).max(3_600_000).default(5000),
    })
    .prefault({}),
});

export type MqttConfig = z.output<typeof mqttConfigSchema>;

/** mqtt://host:port */
export const brokerUrlSchema = z
  .string()
  .regex(/^mqtt:\/\/[^/\s]+$/, "a broker address like mqtt://127.0.0.1:1883");

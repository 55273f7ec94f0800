import { z } from "zod";
import { tlsFilesSchema } from "../tls-files.ts";

/** How a process keeps its MQTT connection; the same for agents and cloud. */
export const mqttConfigSchema = z.strictObject({
  /** Silence after which the connection counts as lost is 1.5 times this: 7.5 s, and back within 10 s. */
  keepaliveS: z.number().int().min(1).max(3600).default(5),
  connectTimeoutMs: z.number().int().min(100).max(120_000).default(5000),
  backOff: z
    .strictObject({
      /** Spreads the clients of a broker that went: 100 of them come at 5 in 100 ms. */
      firstMs: z.number().int().min(1).max(60_000).default(2000),
      capMs: z.number().int().min(1).max(3_600_000).default(60_000),
    })
    .prefault({}),
  tls: tlsFilesSchema.optional().describe("for a broker at mqtts://, which knows clients by them"),
});

export type MqttConfig = z.output<typeof mqttConfigSchema>;

const defaultPorts: Readonly<Record<string, number>> = { "mqtt:": 1883, "mqtts:": 8883 };

function parsedUrl(url: string): URL | undefined {
  return /\s/.test(url) || !URL.canParse(url) ? undefined : new URL(url);
}

/** What is wrong with a broker's URL; undefined when nothing is. */
function faultOf(url: string): string | undefined {
  const parsed = parsedUrl(url);
  if (parsed?.username || parsed?.password) {
    return "expected an address without user name and password, because logs and process lists show it; clients are known by their certificates";
  }
  const plain = parsed !== undefined && /^\/?$/.test(parsed.pathname + parsed.search + parsed.hash);
  const reachable = plain && parsed.hostname !== "" && parsed.port !== "0";
  if (reachable && Object.hasOwn(defaultPorts, parsed.protocol)) return undefined;
  return "expected a broker address like mqtt://127.0.0.1:1883 or mqtts://broker:8883, with a port from 1 to 65535";
}

/** mqtt://host:port, or mqtts://host:port for TLS; the port is 1883 or 8883 when left out. */
export const brokerUrlSchema = z.string().superRefine((url, { addIssue }) => {
  const message = faultOf(url);
  if (message !== undefined) addIssue({ code: "custom", message });
});

/** host:port of a broker's URL, for logs; a URL that is none gives `unknown`. */
export function brokerAddressOf(url: string): string {
  const parsed = parsedUrl(url);
  if (parsed === undefined) return "unknown";
  return `${parsed.hostname}:${parsed.port || defaultPorts[parsed.protocol]}`;
}

/** What keeps an address and certificates from going together; undefined when nothing does. */
export function tlsFault(brokerUrl: string, { tls }: MqttConfig): string | undefined {
  const secured = brokerUrl.startsWith("mqtts:");
  if (secured && tls === undefined) return "mqtts:// needs key, cert and ca in mqtt.tls";
  if (!secured && tls !== undefined) return "mqtt:// would not use the certificates of mqtt.tls";
  return undefined;
}

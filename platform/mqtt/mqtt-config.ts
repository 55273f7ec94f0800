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

const defaultPort = 1883;

function parsedUrl(url: string): URL | undefined {
  return /\s/.test(url) || !URL.canParse(url) ? undefined : new URL(url);
}

/** What is wrong with a broker's URL; undefined when nothing is. */
function faultOf(url: string): string | undefined {
  const parsed = parsedUrl(url);
  if (parsed?.username || parsed?.password) {
    return "expected an address without user name and password, because logs and process lists show it; the client does not authenticate yet";
  }
  const plain = parsed !== undefined && /^\/?$/.test(parsed.pathname + parsed.search + parsed.hash);
  const reachable = plain && parsed.hostname !== "" && parsed.port !== "0";
  if (reachable && parsed.protocol === "mqtt:") return undefined;
  return "expected a broker address like mqtt://127.0.0.1:1883, with a port from 1 to 65535";
}

/** mqtt://host:port; the port is 1883 when left out. */
export const brokerUrlSchema = z.string().superRefine((url, { addIssue }) => {
  const message = faultOf(url);
  if (message !== undefined) addIssue({ code: "custom", message });
});

/** host:port of a broker's URL, for logs; a URL that is none gives `unknown`. */
export function brokerAddressOf(url: string): string {
  const parsed = parsedUrl(url);
  if (parsed === undefined) return "unknown";
  return `${parsed.hostname}:${parsed.port || defaultPort}`;
}

import { isIP } from "node:net";
import { z } from "zod";
import { tlsFilesSchema } from "../../platform/tls-files.ts";
import { logLevelSchema } from "../log-level.ts";

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

const whole = (min: number, max: number, preset: number) =>
  z.number().int().min(min).max(max).default(preset);

const mebibyte = 1024 * 1024;

/** What a client may cost; one that wants more is refused, slowed or closed, and counted. */
const limitsShape = {
  connectBytes: whole(64, 65_536, 4096).describe("largest first packet, bytes"),
  maxFrameBytes: whole(4096, 256 * mebibyte, mebibyte).describe("largest later packet, bytes"),
  maxConnections: whole(1, 100_000, 1000).describe("connections at once"),
  connectTimeoutMs: whole(100, 60_000, 5000).describe(
    "silence before CONNECT, and before the end of a TLS handshake, that closes a connection, ms",
  ),
  maxMessagesPerSecond: whole(1, 1_000_000, 5000).describe(
    "packets read from a connection; above it the broker reads more slowly",
  ),
  maxBytesPerSecond: whole(1024, 1024 * mebibyte, 64 * mebibyte).describe(
    "bytes read from a connection; above it the broker reads more slowly",
  ),
  maxSubscriptions: whole(1, 10_000, 32).describe("topic filters of a connection"),
  maxTopicBytes: whole(16, 65_535, 256).describe("longest topic or filter, bytes"),
  maxTopicLevels: whole(1, 100, 16).describe("levels of a topic or filter"),
  maxRetainedAgents: whole(1, 100_000, 1024).describe(
    "retained messages on topics with an agent's name",
  ),
  maxQueuedBytes: whole(65_536, 1024 * mebibyte, 16 * mebibyte).describe(
    "written and not yet taken by a subscriber's socket, bytes; beyond it the connection is closed",
  ),
  drainTimeoutMs: whole(100, 600_000, 5000).describe(
    "a subscriber that takes no byte of what waits for it for so long is closed, within twice the time, ms",
  ),
  maxStallMs: whole(1, 10_000, 100).describe(
    "what others wait for a subscriber whose socket is full, ms",
  ),
  concurrency: whole(1, 100_000, 1000).describe("messages in delivery at once"),
};

const brokerShape = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  port: whole(0, 65_535, 1883).describe("0 lets the system choose"),
  anonymous: z.boolean().default(false).describe("serve anyone beyond loopback"),
  tls: tlsFilesSchema
    .extend({
      crl: z.string().min(1).optional().describe("certificates that are no longer valid"),
    })
    .optional()
    .describe("clients show a certificate whose common name is their client id"),
  persistence: z
    .string()
    .min(1)
    .optional()
    .describe("folder in which retained messages outlive the broker; in memory when left out"),
  redis: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe("redis://host:port that several brokers share; needs two optional packages"),
  ...limitsShape,
});

type BrokerShape = z.output<typeof brokerShape>;

function checkTogether(
  { host, anonymous, tls, persistence, redis }: BrokerShape,
  context: z.RefinementCtx,
): void {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (persistence !== undefined && redis !== undefined) {
    refuse("redis", "not together with persistence: Redis keeps the retained messages");
  }
  if (anonymous && tls !== undefined) {
    refuse("anonymous", "not together with tls, which lets in only clients with a certificate");
  }
  if (anonymous || tls !== undefined || isLoopback(host)) return;
  refuse(
    "host",
    "only a loopback address, because without tls this broker does not authenticate clients; set anonymous to let anyone on that network in",
  );
}

/** The embedded broker. */
export const brokerConfigSchema = brokerShape.superRefine(checkTogether);

/** `slotwise broker`: the embedded broker as a process of its own. */
export const brokerCommandConfigSchema = brokerShape
  .extend({ logLevel: logLevelSchema })
  .superRefine(checkTogether);

export type BrokerConfig = z.output<typeof brokerConfigSchema>;

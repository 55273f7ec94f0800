import { isIP } from "node:net";
import { z } from "zod";
import { logLevelSchema } from "../log-level.ts";

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function isClosedOrAnonymous({ host, anonymous }: { host: string; anonymous: boolean }): boolean {
  return anonymous || isLoopback(host);
}

const openHost = {
  path: ["host"],
  message:
    "only a loopback address, because this broker does not authenticate clients; set anonymous to let anyone on that network in",
};

const brokerShape = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  /** 0 lets the system choose. */
  port: z.number().int().min(0).max(65_535).default(1883),
  /** Serve clients without authentication beyond loopback. */
  anonymous: z.boolean().default(false),
  connectBytes: z.number().int().min(64).max(65_536).default(4096),
  maxFrameBytes: z
    .number()
    .int()
    .min(4096)
    .max(256 * 1024 * 1024)
    .default(1024 * 1024),
  maxConnections: z.number().int().min(1).max(100_000).default(1000),
  connectTimeoutMs: z.number().int().min(100).max(60_000).default(5000),
  /** A subscriber whose socket takes nothing for so long is disconnected. */
  drainTimeoutMs: z.number().int().min(100).max(60_000).default(1000),
  /** Agents whose state is kept for later subscribers. */
  maxRetainedAgents: z.number().int().min(1).max(100_000).default(1024),
  /** Messages in delivery at once. */
  concurrency: z.number().int().min(1).max(100_000).default(1000),
});

/** The embedded broker. */
export const brokerConfigSchema = brokerShape.refine(isClosedOrAnonymous, openHost);

/** `slotwise broker`: the embedded broker as a process of its own. */
export const brokerCommandConfigSchema = brokerShape
  .extend({ logLevel: logLevelSchema })
  .refine(isClosedOrAnonymous, openHost);

export type BrokerConfig = z.output<typeof brokerConfigSchema>;

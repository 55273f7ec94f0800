import { isIP } from "node:net";
import { z } from "zod";

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** The embedded broker. */
export const brokerConfigSchema = z
  .strictObject({
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
  })
  .refine(({ host, anonymous }) => anonymous || isLoopback(host), {
    path: ["host"],
    message:
      "only a loopback address, because this broker does not authenticate clients; set anonymous to let anyone on that network in",
  });

export type BrokerConfig = z.output<typeof brokerConfigSchema>;

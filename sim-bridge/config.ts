import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { builtInPolicies } from "../core/slicing/policies.ts";
import { paperScenario, slicingScenarioSchema } from "../core/slicing/scenario.ts";

/** Where simulators listen and agents look when nothing else is said. */
export const defaultBridgeAddress = `unix:${join(tmpdir(), "slotwise.sock")}`;

export const simulatorConfigSchema = z.strictObject({
  listen: z.string().default(defaultBridgeAddress).describe("unix:PATH or tcp:HOST:PORT"),
  clock: z.enum(["real-time", "lockstep"]).default("real-time"),
  seed: z.number().int().min(0).max(0xffffffff).default(1),
  slots: z.number().int().min(1).optional().describe("stop after so many slots; never if left out"),
  waitForAgents: z
    .number()
    .int()
    .min(0)
    .max(1024)
    .default(0)
    .describe("access points that must be claimed before the first slot"),
  lockstepTimeoutMs: z
    .number()
    .positive()
    .max(600_000)
    .default(1000)
    .describe("longest a lockstep slot waits for its slowest agent, ms"),
  claimTimeoutMs: z
    .number()
    .positive()
    .default(1000)
    .describe("a claim whose client was silent so long may be taken over, ms"),
  helloTimeoutMs: z.number().positive().default(5000).describe("longest wait for a hello, ms"),
  maxConnections: z.number().int().min(1).max(4096).default(256),
  maxBufferedBytes: z
    .number()
    .int()
    .min(1024)
    .default(256 * 1024)
    .describe("unsent bytes of a slow client above which its frames are dropped"),
  references: z
    .array(z.enum(builtInPolicies))
    .default(["equal", "sqrt-load", "optimal"])
    .describe("policies evaluated on the same slots"),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("warn"),
  scenario: slicingScenarioSchema.default(paperScenario),
});

export type SimulatorConfig = z.infer<typeof simulatorConfigSchema>;

import { z } from "zod";
import { defaultEnergyScenario, runtimeEnergyScenarioSchema } from "../core/energy/scenario.ts";
import { bridgeAddressSchema } from "../core/messages/bridge-address.ts";
import { builtInPolicies, policyObstacle } from "../core/slicing/policies.ts";
import {
  paperScenario,
  type SlicingScenario,
  slicingScenarioSchema,
} from "../core/slicing/scenario.ts";
import { defaultBridgeAddress } from "../platform/default-paths.ts";
import { energyReferences } from "./simulators/energy-references.ts";

/** What simulators of every system have in common. */
const bridgeConfigSchema = z.strictObject({
  listen: bridgeAddressSchema.default(defaultBridgeAddress).describe("unix:PATH or tcp:HOST:PORT"),
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
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("warn"),
});

export type BridgeConfig = z.infer<typeof bridgeConfigSchema>;

const accessPoints = z.number().int().min(1).max(1024);

/** The scenario with the number of access points that is asked for beside it. */
export function simulatedScenario(config: {
  readonly scenario: SlicingScenario;
  readonly accessPoints?: number | undefined;
}): SlicingScenario {
  const { scenario, accessPoints = scenario.accessPoints } = config;
  return { ...scenario, accessPoints };
}

const slicingSimulatorShape = bridgeConfigSchema.extend({
  system: z.literal("slicing"),
  accessPoints: accessPoints.optional().describe("in place of the scenario's"),
  references: z
    .array(z.enum(builtInPolicies))
    .optional()
    .describe(
      "policies evaluated on the same slots; left out: those of equal, sqrt-load and optimal that the scenario permits",
    ),
  scenario: slicingScenarioSchema.default(paperScenario),
});

const slicingSimulatorSchema = slicingSimulatorShape.superRefine((config, { addIssue }) => {
  const checked = slicingScenarioSchema.safeParse(simulatedScenario(config));
  for (const { path, message } of checked.error?.issues ?? []) {
    addIssue({ code: "custom", path: ["scenario", ...path], message });
  }
  for (const name of config.references ?? []) {
    const reason = policyObstacle(name, config.scenario);
    if (reason === undefined) continue;
    addIssue({ code: "custom", path: ["references"], message: `${name}: ${reason}` });
  }
});

const energySimulatorSchema = bridgeConfigSchema
  .extend({
    system: z.literal("energy"),
    accessPoints: accessPoints.default(4).describe("areas, each with its own tasks"),
    tasks: z.number().int().min(1).max(600).default(50).describe("K, tasks a slot"),
    maxTasks: z.number().int().min(1).max(600).default(100).describe("tasks a vector has room for"),
    slotPeriodMs: z
      .number()
      .positive()
      .max(60_000)
      .optional()
      .describe("length of a slot, ms; the scenario's longest deadline when left out"),
    references: z
      .array(z.enum(energyReferences))
      .default([...energyReferences])
      .describe("policies evaluated on the same slots"),
    scenario: runtimeEnergyScenarioSchema.default(defaultEnergyScenario),
  })
  .refine(({ tasks, maxTasks }) => tasks <= maxTasks, {
    path: ["tasks"],
    message: "more tasks than maxTasks",
  });

/** A simulator's configuration; the system is slicing where none is named. */
export const simulatorConfigSchema = z.preprocess(
  (given) => (typeof given === "object" ? { system: "slicing", ...given } : given),
  z.discriminatedUnion("system", [slicingSimulatorSchema, energySimulatorSchema]),
);

export type SimulatorConfig = z.infer<typeof simulatorConfigSchema>;

import { z } from "zod";
import { runtimeEnergyScenarioSchema } from "../core/energy/scenario.ts";
import { bridgeAddressSchema } from "../core/messages/bridge-address.ts";
import { agentNameSchema } from "../core/messages/identity.ts";
import { slicingScenarioSchema } from "../core/slicing/scenario.ts";
import { edgeLearnerSchema } from "../learning/presets.ts";
import { loadConfig } from "../platform/config-file.ts";
import { defaultBridgeAddress } from "../platform/default-paths.ts";
import { linkConfigSchema } from "../platform/link/config.ts";
import { boxActuatorConfigSchema } from "./actuate/box/config.ts";
import { cgroupActuatorConfigSchema } from "./actuate/cgroup/config.ts";
import { journalSchema } from "./actuate/restore/config.ts";
import { tcActuatorConfigSchema } from "./actuate/tc/config.ts";
import { tcObservationConfigSchema } from "./observe/tc/config.ts";

const observeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("bridge") }).describe("a simulator behind the bridge"),
  z
    .strictObject({
      kind: z.literal("drawn"),
      seed: z.number().int().min(0).default(7).describe("of the drawn demand"),
    })
    .describe("demand drawn from the scenario, for a box that has neither simulator nor users"),
  tcObservationConfigSchema
    .extend({ kind: z.literal("tc") })
    .describe("byte and backlog counters of the kernel's HTB classes"),
]);

const actuateSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("bridge") }).describe("the simulator behind the bridge"),
  z.strictObject({ kind: z.literal("recording") }).describe("remembers; changes nothing"),
  tcActuatorConfigSchema
    .extend({
      kind: z.literal("tc"),
      uplink: tcActuatorConfigSchema
        .nullable()
        .default(null)
        .describe("a second device that gets the same blocks, such as the IFB of the uplink"),
      compute: cgroupActuatorConfigSchema
        .nullable()
        .default(null)
        .describe("CPU quotas for the compute half; null confirms it as given"),
      journal: journalSchema,
    })
    .describe("rates of the kernel's HTB classes"),
  cgroupActuatorConfigSchema
    .extend({ kind: z.literal("cgroup"), journal: journalSchema })
    .describe("CPU quotas of cgroups; the bandwidth half is confirmed as given"),
  boxActuatorConfigSchema
    .extend({ kind: z.literal("box"), journal: journalSchema })
    .describe("this box's CPU frequency and transmit power, and the simulator where there is one"),
]);

const bridgeSchema = z.strictObject({
  address: bridgeAddressSchema
    .default(defaultBridgeAddress)
    .describe("where the simulator listens"),
  connectTimeoutMs: z
    .number()
    .int()
    .min(0)
    .max(60_000)
    .default(2000)
    .describe("wait for a simulator before the first slot, ms"),
});

const controlSchema = z.strictObject({
  mode: z
    .enum(["observe", "dry-run", "enforce"])
    .default("enforce")
    .describe("observe decides nothing; dry-run decides, and logs what it would write"),
  degradeAfterSlots: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .nullable()
    .default(3)
    .describe(
      "missed deadlines, or read-backs that differ, in a row until the safe policy decides",
    ),
  recoverAfterSlots: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe("good slots in a row until the policy decides again; a relapse doubles them"),
  decisionMarginMs: z
    .number()
    .min(0)
    .max(1000)
    .default(2)
    .describe("kept free before a deadline to put the safe action into force, ms"),
  readBackTolerance: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe("relative difference at which a read-back counts as a mismatch"),
  threadPriority: z
    .number()
    .int()
    .min(-20)
    .max(19)
    .default(-10)
    .describe("nice value of the control thread, where permitted"),
  realtimePriority: z
    .number()
    .int()
    .min(1)
    .max(99)
    .nullable()
    .default(null)
    .describe("SCHED_FIFO priority of the control thread alone, where permitted; null: none"),
  cpu: z
    .number()
    .int()
    .min(0)
    .max(1023)
    .nullable()
    .default(null)
    .describe("CPU that the control thread stays on; null: any"),
});

const learnerSchema = z.strictObject({
  enabled: z.boolean().default(false).describe("learn while deciding"),
  updatesPerSlot: z.number().int().min(1).max(100).default(1).describe("updates a transition"),
  maxOwedUpdates: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(20)
    .describe("updates put off before they are dropped"),
  gateSlots: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(100)
    .describe("drawn slots on which a learned policy must equal the safe one to decide; 0: none"),
  explorationRate: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(0.01)
    .describe(
      "ε: share of slots with a random action while learning; null: the learner's schedule",
    ),
  threadPriority: z.number().int().min(-20).max(19).default(19).describe("nice value"),
  seed: z.number().int().min(0).default(1).describe("of batches, noise and exploration"),
  config: edgeLearnerSchema
    .nullable()
    .default(null)
    .describe(
      "null: as the model file says, less its adversarial term; without one, the edge preset",
    ),
});

const energySchema = z.strictObject({
  scenario: runtimeEnergyScenarioSchema
    .prefault({})
    .describe("used where no simulator says another"),
  maxTasks: z.number().int().min(1).max(600).default(100).describe("tasks a vector has room for"),
  drawnTasks: z
    .number()
    .int()
    .min(1)
    .max(600)
    .default(50)
    .describe("K of observe.kind drawn, tasks a slot"),
  slotPeriodMs: z
    .number()
    .positive()
    .max(60_000)
    .optional()
    .describe("used where no simulator says another; the longest deadline when left out"),
});

/** Everything an agent is told, each with its default, unit and range. */
const agentConfigShape = z.strictObject({
  system: z.enum(["slicing", "energy"]).default("slicing").describe("what is decided"),
  agent: agentNameSchema.default("ap-0").describe("name; also the simulator's access point"),
  observe: observeSchema.prefault({ kind: "bridge" }),
  actuate: actuateSchema.prefault({ kind: "bridge" }),
  bridge: bridgeSchema.prefault({}),
  policy: z
    .strictObject({
      model: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe(
          "an ONNX file, `slicing` or `energy` for a shipped one, or a built-in policy; null: the system's shipped one",
        ),
    })
    .prefault({}),
  stateDir: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("folder in which the policy learned outlives the agent; null: not kept"),
  learner: learnerSchema.prefault({}),
  federation: z
    .strictObject({ enabled: z.boolean().default(true).describe("share what is learned") })
    .prefault({}),
  link: linkConfigSchema.nullable().default(null).describe("the broker; null goes without"),
  envelope: z
    .strictObject({
      slewBlocks: z
        .number()
        .int()
        .min(1)
        .max(1000)
        .nullable()
        .default(null)
        .describe("largest change of a slice's blocks per slot; null leaves it free"),
      fewestBlocks: z.number().int().min(1).max(1000).default(1).describe("of a slice, each half"),
      mostBlocks: z
        .number()
        .int()
        .min(1)
        .max(1000)
        .nullable()
        .default(null)
        .describe("of a slice, each half; null: what the others leave"),
      deadbandBlocks: z
        .number()
        .int()
        .min(0)
        .max(1000)
        .default(0)
        .describe("a half in which no slice is to change by more keeps what it has"),
    })
    .prefault({}),
  control: controlSchema.prefault({}),
  scenario: slicingScenarioSchema.prefault({}).describe("used where no simulator says another"),
  energy: energySchema.prefault({}).describe("the energy system"),
  slots: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("end after as many; null: never"),
  telemetryPeriodMs: z.number().int().min(50).max(3_600_000).default(1000),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

export type AgentConfig = z.output<typeof agentConfigShape>;

/** What only one of the systems has. */
const agentConfigSchema = agentConfigShape.superRefine(
  ({ system, observe, actuate, learner, envelope }, { addIssue }) => {
    const refuse = (path: string[], message: string) => addIssue({ code: "custom", path, message });
    if (envelope.deadbandBlocks >= (envelope.slewBlocks ?? Infinity)) {
      refuse(["envelope", "deadbandBlocks"], "must be below slewBlocks: else nothing ever changes");
    }
    if (actuate.kind === "tc" && actuate.uplink?.device === actuate.device) {
      refuse(["actuate", "uplink", "device"], "must be another than actuate.device");
    }
    if (system === "slicing") {
      if (actuate.kind === "box") refuse(["actuate", "kind"], "box follows the energy system only");
      return;
    }
    if (observe.kind === "tc") refuse(["observe", "kind"], "tc observes the slicing system only");
    if (actuate.kind === "tc" || actuate.kind === "cgroup") {
      refuse(["actuate", "kind"], `${actuate.kind} steers the slicing system only`);
    }
    if (learner.enabled) refuse(["learner", "enabled"], "energy policies are trained offline");
  },
);

/**
 * The agent's frozen configuration: defaults, then the YAML file, then the command line.
 *
 * @throws SlotwiseError CONFIG_INVALID with every fault in one message
 */
export function loadAgentConfig(
  file: string | undefined,
  commandLine: Record<string, unknown>,
): AgentConfig {
  return loadConfig(agentConfigSchema, file, commandLine);
}

import { z } from "zod";
import { arrivalsSchema } from "./arrivals/arrivals-config.ts";
import { mobilitySchema } from "./mobility/mobility-config.ts";

/** Access points among which interference is computed: every user has a link to each. */
const maxInterferingAccessPoints = 64;

const slice = z.strictObject({
  probability: z.number().min(0).max(1).describe("chance that a user picks this slice"),
  uplinkKbit: z.number().positive().describe("uplink task size x_i, kbit"),
  workKmc: z.number().positive().describe("work per task s_i, kMc (10^9 cycles)"),
  maxDelayMs: z.number().positive().describe("delay limit l_i^max, ms"),
});

/** Table 1 of the slicing paper and assumptions A1–A7 of docs/slicing-model.md, each a named value. */
const fields = z.strictObject({
  accessPoints: z.number().int().min(1).max(1024).default(4).describe("B, access points in a line"),
  accessPointSpacingM: z.number().positive().default(40).describe("distance between neighbours, m"),
  usersPerAccessPoint: z.number().int().min(1).max(1000).default(20).describe("U_b"),
  fewestUsersPerAccessPoint: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("where given, every episode draws its users between this and usersPerAccessPoint"),
  cellRadiusM: z.number().positive().default(40).describe("users are uniform in this disc, m"),
  minDistanceM: z.number().positive().default(1).describe("A5: shortest AP-user distance, m"),
  slotMs: z.number().positive().default(10).describe("slot length τ, ms"),
  episodeSlots: z.number().int().min(1).default(100).describe("T, slots an episode"),
  bandwidthMhz: z.number().positive().default(36).describe("W_b, MHz"),
  bandwidthBlockMhz: z.number().positive().default(2).describe("ρ^B, MHz"),
  bandwidthUnitMhz: z.number().positive().default(0.18).describe("A1: bandwidth unit W̄, MHz"),
  computeKmcPerS: z.number().positive().default(900).describe("C_b, kMc/s"),
  computeBlockKmcPerS: z.number().positive().default(50).describe("ρ^C, kMc/s"),
  apPowerDbm: z.number().default(46).describe("P_A, dBm"),
  userPowerDbm: z.number().default(23).describe("P_U, dBm"),
  noisePsdDbmPerHz: z.number().default(-174).describe("A2: noise density, dBm/Hz"),
  resultRatio: z.number().min(0).default(0.25).describe("β, result size over uplink size"),
  delayCapMs: z.number().positive().default(50).describe("A3: delay of an unserved user, ms"),
  alpha: z.number().min(0).max(1).default(0.5).describe("α, weight of delay in the reward"),
  reward: z
    .strictObject({
      delayUnit: z.enum(["ms", "slot"]).default("ms").describe("A4: unit of L in the reward"),
      scope: z.enum(["system", "local"]).default("local").describe("A7: whose reward is learned"),
    })
    .default({ delayUnit: "ms", scope: "local" }),
  slices: z
    .array(slice)
    .min(1)
    .default([
      { probability: 0.46, uplinkKbit: 2.4, workKmc: 0.1, maxDelayMs: 5 },
      { probability: 0.46, uplinkKbit: 12, workKmc: 0.2, maxDelayMs: 8 },
      { probability: 0.08, uplinkKbit: 30, workKmc: 1, maxDelayMs: 9 },
    ]),
  mobility: mobilitySchema.optional().describe("how users move; left out: as A6 says"),
  interference: z
    .strictObject({
      activity: z
        .number()
        .positive()
        .max(1)
        .default(1)
        .describe("share of a slot in which an interfering link is on the air"),
    })
    .optional()
    .describe("every cell uses the whole band; left out: cells do not hear each other"),
  arrivals: arrivalsSchema
    .optional()
    .describe("tasks that arrive and queue; left out: one task a user and slot"),
});

/** Everything that defines the slicing system; defaults are the paper's Table 1. */
export type SlicingScenario = z.infer<typeof fields>;

/** A slice's parameters; a slice outside the scenario is a fault of the caller. */
export function sliceOf(scenario: SlicingScenario, index: number) {
  const slice = scenario.slices[index];
  if (slice === undefined) {
    throw new RangeError(`expected a slice below ${scenario.slices.length}; received ${index}`);
  }
  return slice;
}

/** True where an access point's slots depend on the other access points. */
export function cellsAreCoupled({ mobility, interference }: SlicingScenario): boolean {
  return mobility !== undefined || interference !== undefined;
}

/** The most tasks of one slice that an access point can have in a slot. */
export function mostTasksPerSlice(scenario: SlicingScenario): number {
  const { accessPoints, usersPerAccessPoint, mobility, arrivals } = scenario;
  const users = mobility === undefined ? usersPerAccessPoint : accessPoints * usersPerAccessPoint;
  return users * (arrivals?.maxQueuedTasks ?? 1);
}

/** Whole bandwidth blocks of an access point, ⌊W_b / ρ^B⌋. */
export function bandwidthBlockBudget(scenario: SlicingScenario): number {
  return Math.floor(scenario.bandwidthMhz / scenario.bandwidthBlockMhz + 1e-9);
}

/** Whole compute blocks of an access point, ⌊C_b / ρ^C⌋. */
export function computeBlockBudget(scenario: SlicingScenario): number {
  return Math.floor(scenario.computeKmcPerS / scenario.computeBlockKmcPerS + 1e-9);
}

/** What the options beyond the paper cannot be combined with. */
function* beyondPaperFaults(scenario: SlicingScenario) {
  const { mobility, arrivals, interference, fewestUsersPerAccessPoint } = scenario;
  if (fewestUsersPerAccessPoint !== undefined && (mobility ?? arrivals) !== undefined) {
    yield {
      path: ["fewestUsersPerAccessPoint"],
      message:
        "an episode cannot draw its users' number where they walk on (mobility) or keep their queues (arrivals)",
    };
  }
  if (interference !== undefined && scenario.accessPoints > maxInterferingAccessPoints) {
    yield {
      path: ["interference"],
      message: `every user has a link to every access point: at most ${maxInterferingAccessPoints} access points, received ${scenario.accessPoints}`,
    };
  }
  if (arrivals !== undefined && scenario.delayCapMs < scenario.slotMs) {
    yield {
      path: ["delayCapMs"],
      message: `with arrivals a task is given up at the cap: at least a slot, ${scenario.slotMs} ms; received ${scenario.delayCapMs}`,
    };
  }
}

export const slicingScenarioSchema = fields.superRefine((scenario, context) => {
  const total = scenario.slices.reduce((sum, s) => sum + s.probability, 0);
  if (Math.abs(total - 1) > 1e-9) {
    context.addIssue({
      code: "custom",
      path: ["slices"],
      message: `slice probabilities must sum to 1, received ${total}`,
    });
  }
  const { fewestUsersPerAccessPoint: fewest = 1, usersPerAccessPoint: most } = scenario;
  if (fewest > most) {
    context.addIssue({
      code: "custom",
      path: ["fewestUsersPerAccessPoint"],
      message: `must not exceed usersPerAccessPoint, ${most}; received ${fewest}`,
    });
  }
  for (const { path, message } of beyondPaperFaults(scenario)) {
    context.addIssue({ code: "custom", path, message });
  }
  const budgets = {
    bandwidth: bandwidthBlockBudget(scenario),
    compute: computeBlockBudget(scenario),
  };
  for (const [resource, blocks] of Object.entries(budgets)) {
    if (blocks < scenario.slices.length) {
      context.addIssue({
        code: "custom",
        path: [`${resource}Blocks`],
        message: `each of ${scenario.slices.length} slices needs a block, the ${resource} budget has ${blocks}`,
      });
    }
  }
});

/** The paper's scenario, unchanged. */
export const paperScenario: SlicingScenario = slicingScenarioSchema.parse({});

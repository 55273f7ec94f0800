import { z } from "zod";
import { pathLossDb } from "../radio.ts";
import { type ConformanceReport, compareTrees, vectorsInvalid } from "../vectors.ts";
import { userDelay } from "./delay.ts";
import { observe } from "./observation.ts";
import { accessPointOutcome } from "./outcome.ts";
import { reward } from "./reward.ts";
import { type SlicingScenario, slicingScenarioSchema } from "./scenario.ts";
import { countUsers } from "./user.ts";

const userSchema = z.object({
  slice: z.number().int().min(0),
  distanceKm: z.number().positive(),
  pathLossDb: z.number(),
  uplinkGain: z.number().positive(),
  downlinkGain: z.number().positive(),
});

const blocks = z.array(z.number().int().min(1));

const caseSchema = z.object({
  users: z.array(userSchema).min(1),
  bandwidthBlocks: blocks,
  computeBlocks: blocks,
  expected: z.record(z.string(), z.unknown()),
});

const fileSchema = z.object({
  parameters: slicingScenarioSchema,
  cases: z.array(caseSchema).min(1),
});

type Case = z.infer<typeof caseSchema>;

/** JSON has no infinity: a time that never ends is null there. */
function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function recompute(scenario: SlicingScenario, { users, bandwidthBlocks, computeBlocks }: Case) {
  const slices = scenario.slices.length;
  const counts = countUsers(users, slices);
  const outcome = accessPointOutcome(
    scenario,
    users,
    Float64Array.from([...bandwidthBlocks, ...computeBlocks]),
  );
  const observation = Array.from(observe(scenario, counts));
  return {
    users: users.map((user) => {
      const bandwidth = bandwidthBlocks[user.slice] ?? 0;
      const compute = computeBlocks[user.slice] ?? 0;
      const delay = userDelay(scenario, user, bandwidth, compute, counts[user.slice] ?? 0);
      return {
        ...delay,
        uplinkMs: finiteOrNull(delay.uplinkMs),
        downlinkMs: finiteOrNull(delay.downlinkMs),
      };
    }),
    meanDelayMs: outcome.meanDelayMs,
    satisfaction: outcome.satisfaction,
    observationBits: observation.slice(0, slices),
    observationCycles: observation.slice(slices),
    rewardDelayInMs: reward(scenario, outcome, "ms"),
    rewardDelayInSlots: reward(scenario, outcome, "slot"),
  };
}

/**
 * Recomputes every expected value of a slicing vector file, path losses included.
 *
 * @throws SlotwiseError VECTORS_INVALID when the file is not one
 */
export function slicingConformance(file: unknown): ConformanceReport & { readonly cases: number } {
  const parsed = fileSchema.safeParse(file);
  if (!parsed.success) {
    throw vectorsInvalid("a slicing vector file", z.prettifyError(parsed.error));
  }
  const { parameters, cases } = parsed.data;
  const expected = cases.map((entry) => ({
    ...entry.expected,
    pathLossDb: entry.users.map((user) => user.pathLossDb),
  }));
  const actual = cases.map((entry) => ({
    ...recompute(parameters, entry),
    pathLossDb: entry.users.map((user) => pathLossDb(user.distanceKm)),
  }));
  return { cases: cases.length, ...compareTrees(expected, actual) };
}

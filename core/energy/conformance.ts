import { z } from "zod";
import { type ConformanceReport, compareTrees, vectorsInvalid } from "../vectors.ts";
import { energyOutcome } from "./outcome.ts";
import { type EnergyScenario, energyScenarioSchema } from "./scenario.ts";

const gatewaySchema = z.object({ x: z.number(), y: z.number(), server: z.number().int().min(0) });

const taskSchema = z.object({
  x: z.number(),
  y: z.number(),
  resultBytes: z.number(),
  storageBytes: z.number(),
  cycles: z.number(),
  deadlineS: z.number(),
  reachable: z.array(z.number().int()),
});

const caseSchema = z.object({
  gateways: z.array(gatewaySchema).min(1),
  tasks: z.array(taskSchema).min(1),
  decision: z.array(
    z.object({ gateway: z.number().int().min(0), powerW: z.number(), frequencyHz: z.number() }),
  ),
  expected: z.looseObject({ violated: z.array(z.string()) }),
});

const parametersSchema = z.object({
  bandwidthHz: z.number(),
  noisePsdDbmPerHz: z.number(),
  kappa: z.number(),
  powerMinW: z.number(),
  powerMaxW: z.number(),
  frequencyMinHz: z.number(),
  frequencyMaxHz: z.number(),
  serverFrequencyHz: z.number(),
  serverStorageBytes: z.number(),
  gatewayPowerW: z.number(),
  coverageM: z.number(),
  maxEnergyJ: z.number(),
});

const fileSchema = z.object({ parameters: parametersSchema, cases: z.array(caseSchema).min(1) });

function scenarioOf(parameters: z.infer<typeof parametersSchema>): EnergyScenario {
  const { powerMinW, powerMaxW, frequencyMinHz, frequencyMaxHz, ...rest } = parameters;
  return energyScenarioSchema.parse({
    ...rest,
    powerW: [powerMinW, powerMaxW],
    frequencyHz: [frequencyMinHz, frequencyMaxHz],
  });
}

function reachable(scenario: EnergyScenario, entry: z.infer<typeof caseSchema>): number[][] {
  return entry.tasks.map((task) =>
    entry.gateways.flatMap((gateway, u) =>
      Math.hypot(task.x - gateway.x, task.y - gateway.y) <= scenario.coverageM ? [u] : [],
    ),
  );
}

/**
 * Recomputes every expected value of an energy vector file, the reachable gateways included.
 *
 * @throws SlotwiseError VECTORS_INVALID when the file is not one
 */
export function energyConformance(file: unknown): ConformanceReport & { readonly cases: number } {
  const parsed = fileSchema.safeParse(file);
  if (!parsed.success) {
    throw vectorsInvalid("an energy vector file", z.prettifyError(parsed.error));
  }
  const scenario = scenarioOf(parsed.data.parameters);
  const { cases } = parsed.data;
  const expected = cases.map((entry) => ({
    ...entry.expected,
    violatedCount: entry.expected.violated.length,
    reachable: entry.tasks.map((task) => task.reachable),
  }));
  const actual = cases.map((entry) => {
    const outcome = energyOutcome(scenario, entry, entry.decision);
    return {
      ...outcome,
      violatedCount: outcome.violated.length,
      reachable: reachable(scenario, entry),
    };
  });
  return { cases: cases.length, ...compareTrees(expected, actual) };
}

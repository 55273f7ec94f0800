import { lowerBound } from "../../core/energy/bounds.ts";
import { greedyAllocation } from "../../core/energy/policies/greedy.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import { defaultSweep } from "../../core/energy/sweep.ts";
import type { Decision, EnergySlot } from "../../core/energy/task.ts";

/** GA, and every task's own optimum with C6–C8 dropped: no decision takes less energy. */
export const energyReferences = ["greedy", "lower-bound"] as const;

export type EnergyReference = (typeof energyReferences)[number];

const greedySteps = { powerW: defaultSweep.powerStepW, frequencyHz: defaultSweep.frequencyStepHz };

export function referenceDecisions(
  name: EnergyReference,
  scenario: EnergyScenario,
  slot: EnergySlot,
): readonly Decision[] {
  return name === "greedy"
    ? greedyAllocation(scenario, slot, greedySteps).decisions
    : lowerBound(scenario, slot).decisions;
}

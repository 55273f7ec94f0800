import { type Constraint, ownViolations, sharedViolations, usageOf } from "./constraints.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, EnergySlot } from "./task.ts";
import { type TaskCost, taskCost } from "./task-cost.ts";

/** What a slot's decisions cost, which constraints they break, and the reward. */
export interface EnergyOutcome {
  readonly tasks: readonly TaskCost[];
  /** Objective (23): mean over tasks of compute and radio energy, J. */
  readonly meanEnergyJ: number;
  /** Sorted by name, each once. */
  readonly violated: readonly Constraint[];
  /** Emax − mean energy when every constraint holds, else 0. */
  readonly reward: number;
}

/** @param decisions one per task of the slot, in its order */
export function energyOutcome(
  scenario: EnergyScenario,
  slot: EnergySlot,
  decisions: readonly Decision[],
): EnergyOutcome {
  const violated = new Set(sharedViolations(scenario, usageOf(slot, decisions)));
  let totalJ = 0;
  const tasks = slot.tasks.map((task, k) => {
    const decision = decisions[k];
    const gateway = decision && slot.gateways[decision.gateway];
    if (decision === undefined || gateway === undefined) {
      throw new RangeError(`expected a decision for each of ${slot.tasks.length} tasks`);
    }
    const cost = taskCost(scenario, task, gateway, decision);
    for (const name of ownViolations(scenario, task, decision, cost)) violated.add(name);
    totalJ += cost.computeJ + cost.transmitJ;
    return cost;
  });
  const meanEnergyJ = totalJ / slot.tasks.length;
  const reward = violated.size === 0 ? scenario.maxEnergyJ - meanEnergyJ : 0;
  return { tasks, meanEnergyJ, violated: [...violated].sort(), reward };
}

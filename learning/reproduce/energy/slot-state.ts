import { energyOutcome } from "../../../core/energy/outcome.ts";
import type { EnergyScenario } from "../../../core/energy/scenario.ts";
import type { Decision, EnergySlot } from "../../../core/energy/task.ts";
import { mean } from "../../experiment/statistics/interval.ts";

/** A slot under some decisions, as means over its tasks. */
export interface SlotState {
  readonly feasible: boolean;
  readonly energyJ: number;
  readonly powerW: number;
  readonly frequencyHz: number;
  readonly delayS: number;
  readonly rateBitPerS: number;
}

export type Quantity = Exclude<keyof SlotState, "feasible">;

export function slotState(
  scenario: EnergyScenario,
  slot: EnergySlot,
  decisions: readonly Decision[],
): SlotState {
  const outcome = energyOutcome(scenario, slot, decisions);
  return {
    feasible: outcome.violated.length === 0,
    energyJ: outcome.meanEnergyJ,
    powerW: mean(decisions.map((decision) => decision.powerW)),
    frequencyHz: mean(decisions.map((decision) => decision.frequencyHz)),
    delayS: mean(outcome.tasks.map((cost) => cost.totalS)),
    rateBitPerS: mean(outcome.tasks.map((cost) => cost.rateBitPerS)),
  };
}

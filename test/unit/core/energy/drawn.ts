import { drawEnergySlot } from "../../../../core/energy/draw.ts";
import { energyOutcome } from "../../../../core/energy/outcome.ts";
import { defaultEnergyScenario } from "../../../../core/energy/scenario.ts";
import type { Decision, EnergySlot } from "../../../../core/energy/task.ts";
import { createRandom } from "../../../../core/random.ts";

export const scenario = defaultEnergyScenario;

export function drawnSlot(tasks: number, seed = 1): EnergySlot {
  return drawEnergySlot(scenario, tasks, createRandom(seed));
}

export function outcomeOf(slot: EnergySlot, decisions: readonly Decision[]) {
  return energyOutcome(scenario, slot, decisions);
}

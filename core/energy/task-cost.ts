import { linkRateBitPerS, snrPerWatt } from "./link.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, Gateway, Task } from "./task.ts";

/** Time and energy of one task under its decision. */
export interface TaskCost {
  readonly rateBitPerS: number;
  readonly computeS: number;
  readonly transmitS: number;
  readonly totalS: number;
  readonly computeJ: number;
  readonly transmitJ: number;
}

/** t = c/f and κ c f² for computing, t = l/r and p t for sending the result down. */
export function taskCost(
  scenario: EnergyScenario,
  task: Task,
  gateway: Gateway,
  { powerW, frequencyHz }: Decision,
): TaskCost {
  const rateBitPerS = linkRateBitPerS(scenario, snrPerWatt(scenario, task, gateway), powerW);
  const computeS = task.cycles / frequencyHz;
  const transmitS = (8 * task.resultBytes) / rateBitPerS;
  return {
    rateBitPerS,
    computeS,
    transmitS,
    totalS: computeS + transmitS,
    computeJ: scenario.kappa * task.cycles * frequencyHz ** 2,
    transmitJ: powerW * transmitS,
  };
}

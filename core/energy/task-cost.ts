import { channelGain, shannonRateKbitPerS } from "../radio.ts";
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

/** Downlink rate r = B lg₂(1 + p h / (N₀ B)) in bit/s; h is path loss alone, d at least 1 m. */
export function downlinkRateBitPerS(
  scenario: EnergyScenario,
  task: Task,
  gateway: Gateway,
  powerW: number,
): number {
  const distanceM = Math.hypot(task.x - gateway.x, task.y - gateway.y);
  const gain = channelGain(Math.max(distanceM, scenario.minDistanceM) / 1e3, 1);
  const powerDbm = 10 * Math.log10(powerW * 1e3);
  const bandwidthMhz = scenario.bandwidthHz / 1e6;
  return 1e3 * shannonRateKbitPerS(bandwidthMhz, gain, powerDbm, scenario.noisePsdDbmPerHz);
}

/** t = c/f and κ c f² for computing, t = l/r and p t for sending the result down. */
export function taskCost(
  scenario: EnergyScenario,
  task: Task,
  gateway: Gateway,
  { powerW, frequencyHz }: Decision,
): TaskCost {
  const rateBitPerS = downlinkRateBitPerS(scenario, task, gateway, powerW);
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

import { channelGain } from "../radio.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Gateway, Task } from "./task.ts";

/**
 * Signal-to-noise ratio of a task's downlink per watt: h / (N₀ B), 1/W. All of the link that does
 * not change with the decision; h is path loss alone, d at least `minDistanceM`.
 */
export function snrPerWatt(scenario: EnergyScenario, task: Task, gateway: Gateway): number {
  const distanceM = Math.hypot(task.x - gateway.x, task.y - gateway.y);
  const gain = channelGain(Math.max(distanceM, scenario.minDistanceM) / 1e3, 1);
  const noiseW = 10 ** (scenario.noisePsdDbmPerHz / 10 - 3) * scenario.bandwidthHz;
  return gain / noiseW;
}

/** r = B lg₂(1 + p h / (N₀ B)), bit/s. */
export function linkRateBitPerS(scenario: EnergyScenario, snrPerW: number, powerW: number): number {
  return scenario.bandwidthHz * Math.log2(1 + snrPerW * powerW);
}

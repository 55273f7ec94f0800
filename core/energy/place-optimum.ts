import { linkRateBitPerS, snrPerWatt } from "./link.ts";
import { backhaul, uplink } from "./offloaded-cost.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, Gateway, Task } from "./task.ts";

/** The best decision of a task in a place, and its energy. */
export interface PlaceOptimum {
  readonly decision: Decision;
  readonly energyJ: number;
}

/** As slow as the deadline allows: κ c f² grows with f. Undefined where that is too fast. */
export function deviceOptimum(scenario: EnergyScenario, task: Task): PlaceOptimum | undefined {
  const { offloading } = scenario;
  if (offloading === undefined) return undefined;
  const [minHz, maxHz] = offloading.deviceFrequencyHz;
  const frequencyHz = Math.max(minHz, task.cycles / task.deadlineS);
  if (frequencyHz > maxHz) return undefined;
  const energyJ = offloading.deviceKappa * task.cycles * frequencyHz ** 2;
  const gateway = task.reachable[0] ?? 0;
  return { decision: { place: "device", gateway, powerW: 0, frequencyHz }, energyJ };
}

/**
 * The cloud through a gateway, at the smallest power that meets the deadline: p t grows with p, and
 * so does every price of power. Undefined where full power is too little.
 */
export function cloudOptimum(
  scenario: EnergyScenario,
  task: Task,
  gateway: number,
  site: Gateway,
): PlaceOptimum | undefined {
  const { offloading, bandwidthHz, powerW: powerRange } = scenario;
  if (offloading === undefined) return undefined;
  const { cloudFrequencyHz: frequencyHz, cloudEnergyPerCycleJ } = offloading;
  const up = uplink(scenario, task, site);
  const beyond = backhaul(offloading, task);
  const leftS = task.deadlineS - up.seconds - beyond.seconds - task.cycles / frequencyHz;
  if (leftS <= 0) return undefined;
  const snrPerW = snrPerWatt(scenario, task, site);
  const bits = 8 * task.resultBytes;
  const neededW = (2 ** (bits / (bandwidthHz * leftS)) - 1) / snrPerW;
  const powerW = Math.max(powerRange[0], neededW);
  if (powerW > powerRange[1]) return undefined;
  const downJ = (powerW * bits) / linkRateBitPerS(scenario, snrPerW, powerW);
  const energyJ = cloudEnergyPerCycleJ * task.cycles + up.joules + beyond.joules + downJ;
  return { decision: { place: "cloud", gateway, powerW, frequencyHz }, energyJ };
}

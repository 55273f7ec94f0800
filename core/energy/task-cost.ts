import { linkRateBitPerS, snrPerWatt } from "./link.ts";
import { backhaul, uplink } from "./offloaded-cost.ts";
import type { Offloading } from "./offloading.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, Gateway, Task } from "./task.ts";

/**
 * Time and energy of one task under its decision. Transmission is the result's way down; with
 * offloading also the input's way up, and the backhaul of a cloud task.
 */
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
  decision: Decision,
): TaskCost {
  const { offloading } = scenario;
  return offloading === undefined
    ? edgeCost(scenario, task, gateway, decision)
    : offloadedCost(scenario, offloading, task, gateway, decision);
}

function edgeCost(
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

function offloadedCost(
  scenario: EnergyScenario,
  offloading: Offloading,
  task: Task,
  gateway: Gateway,
  decision: Decision,
): TaskCost {
  const { place = "edge", frequencyHz } = decision;
  if (place === "device") {
    const computeS = task.cycles / frequencyHz;
    const computeJ = offloading.deviceKappa * task.cycles * frequencyHz ** 2;
    return { rateBitPerS: 0, computeS, transmitS: 0, totalS: computeS, computeJ, transmitJ: 0 };
  }
  const edge = edgeCost(scenario, task, gateway, decision);
  const up = uplink(scenario, task, gateway);
  const beyond = place === "cloud" ? backhaul(offloading, task) : { seconds: 0, joules: 0 };
  const computeJ =
    place === "cloud" ? offloading.cloudEnergyPerCycleJ * task.cycles : edge.computeJ;
  const transmitS = edge.transmitS + up.seconds + beyond.seconds;
  return {
    ...edge,
    transmitS,
    totalS: edge.computeS + transmitS,
    computeJ,
    transmitJ: edge.transmitJ + up.joules + beyond.joules,
  };
}

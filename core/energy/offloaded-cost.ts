import { linkRateBitPerS, snrPerWatt } from "./link.ts";
import type { Offloading } from "./offloading.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Gateway, Task } from "./task.ts";

/** Time and energy of a part of a task. */
export interface Share {
  readonly seconds: number;
  readonly joules: number;
}

const nothing: Share = { seconds: 0, joules: 0 };

/** Sending a task's input up to a gateway; nothing in the paper's system. */
export function uplink(scenario: EnergyScenario, task: Task, gateway: Gateway): Share {
  const { offloading } = scenario;
  if (offloading === undefined) return nothing;
  const { uplinkBandwidthHz: bandwidthHz, uplinkPowerW } = offloading;
  const up = { ...scenario, bandwidthHz };
  const rateBitPerS = linkRateBitPerS(up, snrPerWatt(up, task, gateway), uplinkPowerW);
  const seconds = (8 * (task.inputBytes ?? 0)) / rateBitPerS;
  return { seconds, joules: uplinkPowerW * seconds };
}

/** Input to the cloud and result back, over the backhaul. */
export function backhaul(offloading: Offloading, task: Task): Share {
  const bits = 8 * ((task.inputBytes ?? 0) + task.resultBytes);
  return {
    seconds: offloading.cloudLatencyS + bits / offloading.backhaulBitPerS,
    joules: bits * offloading.backhaulEnergyPerBitJ,
  };
}

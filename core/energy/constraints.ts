import type { Place } from "./offloading.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, EnergySlot, Task } from "./task.ts";
import type { TaskCost } from "./task-cost.ts";

/**
 * The constraints by name: deadline C1; coverage C5 (C2–C4, one gateway and its one server, hold by
 * the form of a decision); server-storage C6; server-frequency C7; gateway-power C8;
 * frequency-range C9; power-range C10.
 */
export type Constraint =
  | "coverage"
  | "deadline"
  | "frequency-range"
  | "gateway-power"
  | "power-range"
  | "server-frequency"
  | "server-storage";

/** Sums within this relative slack of a limit are at the limit. */
const slack = 1e-9;

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low * (1 - slack) && value <= high * (1 + slack);
}

/** The constraints a decision breaks by itself, whatever the other tasks do. */
export function ownViolations(
  scenario: EnergyScenario,
  task: Task,
  decision: Decision,
  cost: TaskCost,
): Constraint[] {
  const { place = "edge" } = decision;
  const onAir = place !== "device";
  const violated: Constraint[] = [];
  if (onAir && !task.reachable.includes(decision.gateway)) violated.push("coverage");
  if (cost.totalS > task.deadlineS * (1 + slack)) violated.push("deadline");
  if (!within(decision.frequencyHz, frequencyRange(scenario, place))) {
    violated.push("frequency-range");
  }
  if (onAir && !within(decision.powerW, scenario.powerW)) violated.push("power-range");
  return violated;
}

/** The frequencies a place has; only the edge without offloading. */
function frequencyRange(
  { offloading, frequencyHz }: EnergyScenario,
  place: Place,
): readonly [number, number] {
  if (place === "edge") return frequencyHz;
  if (offloading === undefined) return [Infinity, Infinity];
  const { deviceFrequencyHz, cloudFrequencyHz } = offloading;
  return place === "device" ? deviceFrequencyHz : [cloudFrequencyHz, cloudFrequencyHz];
}

/** What a task takes of the resources of C6–C8: on its device nothing, in the cloud only power. */
export function demandOf(task: Task, { place, powerW, frequencyHz }: Decision) {
  if (place === "device") return { storageBytes: 0, frequencyHz: 0, powerW: 0 };
  if (place === "cloud") return { storageBytes: 0, frequencyHz: 0, powerW };
  return { storageBytes: task.storageBytes, frequencyHz, powerW };
}

/** What the decisions use of each shared resource. */
export interface Usage {
  /** C6, bytes per server. */
  readonly serverStorageBytes: Float64Array;
  /** C7, Hz per server. */
  readonly serverFrequencyHz: Float64Array;
  /** C8, W per gateway. */
  readonly gatewayPowerW: Float64Array;
}

function addAt(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] as number) + value;
}

export function usageOf(slot: EnergySlot, decisions: readonly Decision[]): Usage {
  const servers = 1 + Math.max(...slot.gateways.map((gateway) => gateway.server));
  const usage: Usage = {
    serverStorageBytes: new Float64Array(servers),
    serverFrequencyHz: new Float64Array(servers),
    gatewayPowerW: new Float64Array(slot.gateways.length),
  };
  for (const [k, decision] of decisions.entries()) {
    const gateway = slot.gateways[decision.gateway];
    const task = slot.tasks[k];
    if (gateway === undefined || task === undefined) {
      throw new RangeError(
        `decision ${k} names gateway ${decision.gateway} of ${slot.gateways.length}`,
      );
    }
    const { storageBytes, frequencyHz, powerW } = demandOf(task, decision);
    addAt(usage.serverStorageBytes, gateway.server, storageBytes);
    addAt(usage.serverFrequencyHz, gateway.server, frequencyHz);
    addAt(usage.gatewayPowerW, decision.gateway, powerW);
  }
  return usage;
}

/** The shared limits that the tasks break together. */
export function sharedViolations(scenario: EnergyScenario, usage: Usage): Constraint[] {
  const exceeds = (sums: Float64Array, limit: number) =>
    sums.some((sum) => sum > limit * (1 + slack));
  const violated: Constraint[] = [];
  if (exceeds(usage.gatewayPowerW, scenario.gatewayPowerW)) violated.push("gateway-power");
  if (exceeds(usage.serverFrequencyHz, scenario.serverFrequencyHz)) {
    violated.push("server-frequency");
  }
  if (exceeds(usage.serverStorageBytes, scenario.serverStorageBytes)) {
    violated.push("server-storage");
  }
  return violated;
}

import { z } from "zod";
import { gatewayGrid, reachableGateways } from "../energy/draw.ts";
import { type EnergyScenario, runtimeEnergyScenarioSchema } from "../energy/scenario.ts";
import type { Decision, EnergySlot, Task } from "../energy/task.ts";
import type { BridgeSystem } from "./bridge.ts";

/** The energy system as its simulator announces it; the length of every vector follows from it. */
export const energySiteSchema = z.object({
  scenario: runtimeEnergyScenarioSchema,
  gateways: z
    .array(z.object({ x: z.number(), y: z.number(), server: z.number().int().min(0) }))
    .min(1),
  /** Most tasks of one slot. */
  maxTasks: z.number().int().min(1).max(600),
});

/** One agent's area: its gateways with their servers, and how many tasks a vector has room for. */
export type EnergySite = z.infer<typeof energySiteSchema>;

/** The paper's layout of gateways and servers. */
export function energySite(scenario: EnergyScenario, maxTasks: number): EnergySite {
  return { scenario, gateways: gatewayGrid(scenario), maxTasks };
}

const taskFields = ["x", "y", "resultBytes", "storageBytes", "cycles", "deadlineS"] as const;
const decisionFields = ["gateway", "powerW", "frequencyHz"] as const;

/** Slots have no course of their own: an episode is only a number of them. */
const episodeSlots = 100;

function repeated<T>(times: number, values: readonly T[]): T[] {
  return Array.from({ length: times }, () => values).flat();
}

/**
 * @param slotPeriodMs the longest deadline when left out: then every task ends within its slot, and
 *   the limits C6–C8, which the tasks of one slot share, are not shared with the next one's
 */
export function describeEnergy(
  site: EnergySite,
  slotPeriodMs = 1e3 * site.scenario.deadlineS[1],
): BridgeSystem {
  const { scenario, gateways, maxTasks } = site;
  const { areaM, resultBytes, storageBytes, cycles, deadlineS, powerW, frequencyHz } = scenario;
  const most = [resultBytes, storageBytes, cycles, deadlineS].map(([, high]) => high);
  const taskHigh = [areaM, areaM, ...most];
  return {
    system: "energy",
    slotPeriodMs,
    episodeSlots,
    spaces: {
      observation: {
        shape: [1 + taskFields.length * maxTasks],
        low: [0, ...repeated(maxTasks, [0, 0, 0, 0, 0, 0])],
        high: [maxTasks, ...repeated(maxTasks, taskHigh)],
      },
      action: {
        shape: [decisionFields.length * maxTasks],
        low: repeated(maxTasks, [0, powerW[0], frequencyHz[0]]),
        high: repeated(maxTasks, [gateways.length - 1, powerW[1], frequencyHz[1]]),
      },
    },
    scenario: site,
  };
}

/**
 * Tasks as an observation, [1 + 6 maxTasks]: their number, then each task's place (m), result and
 * storage (bytes), cycles and deadline (s); 0 where there is no task.
 */
export function energyObservation(site: EnergySite, tasks: readonly Task[]): Float64Array {
  const observation = new Float64Array(1 + taskFields.length * site.maxTasks);
  observation[0] = tasks.length;
  for (const [k, task] of tasks.entries()) {
    for (const [i, field] of taskFields.entries()) {
      observation[1 + k * taskFields.length + i] = task[field];
    }
  }
  return observation;
}

/** The slot of an observation; a number of tasks that cannot be is brought within [0, maxTasks]. */
export function energySlotOf(site: EnergySite, observation: ArrayLike<number>): EnergySlot {
  const tasks = Math.max(0, Math.min(site.maxTasks, Math.floor(observation[0] ?? 0)));
  const taskAt = (k: number): Task => {
    const field = (i: number) => observation[1 + k * taskFields.length + i] ?? 0;
    const place = { x: field(0), y: field(1) };
    return {
      ...place,
      resultBytes: field(2),
      storageBytes: field(3),
      cycles: field(4),
      deadlineS: field(5),
      reachable: reachableGateways(site.scenario, site.gateways, place),
    };
  };
  return { gateways: site.gateways, tasks: Array.from({ length: tasks }, (_, k) => taskAt(k)) };
}

/**
 * Decisions as an action, [3 maxTasks]: each task's gateway, power (W) and frequency (Hz), in the
 * order of the observation; gateway 0 at the smallest power and frequency where there is no task.
 */
export function energyAction(site: EnergySite, decisions: readonly Decision[]): Float64Array {
  const { powerW, frequencyHz } = site.scenario;
  const idle: Decision = { gateway: 0, powerW: powerW[0], frequencyHz: frequencyHz[0] };
  const action = new Float64Array(decisionFields.length * site.maxTasks);
  for (let k = 0; k < site.maxTasks; k++) {
    const decision = decisions[k] ?? idle;
    for (const [i, field] of decisionFields.entries()) {
      action[k * decisionFields.length + i] = decision[field];
    }
  }
  return action;
}

/** The decisions that an action holds for its first tasks; a gateway is the nearest whole number. */
export function energyDecisions(action: ArrayLike<number>, tasks: number): Decision[] {
  return Array.from({ length: tasks }, (_, k) => {
    const field = (i: number) => action[k * decisionFields.length + i] ?? 0;
    return { gateway: Math.round(field(0)), powerW: field(1), frequencyHz: field(2) };
  });
}

import { type Bounded, type Envelope, refusal } from "../../core/allocation/envelope.ts";
import { sharedViolations, usageOf } from "../../core/energy/constraints.ts";
import type { Decision, EnergySlot, Task } from "../../core/energy/task.ts";
import {
  type EnergySite,
  energyAction,
  energyDecisions,
  energySlotOf,
} from "../../core/messages/bridge-energy.ts";
import { nearestGateway, safeDecisions } from "./safe-decisions.ts";

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.max(low, Math.min(high, value));
}

/**
 * The envelope of energy decisions. What a task can break alone always holds afterwards: a gateway
 * that reaches it (C5), power and frequency within range (C9, C10). Where the tasks together exceed
 * a shared limit (C6–C8), the safe policy's decisions take their place if they exceed fewer.
 */
export function createEnergyEnvelope(site: EnergySite): Envelope {
  const { scenario, maxTasks } = site;
  const length = energyAction(site, []).length;
  const none = new Float64Array(1);

  const boundTask = (slot: EnergySlot, task: Task, decision: Decision): Decision => ({
    gateway: task.reachable.includes(decision.gateway)
      ? decision.gateway
      : nearestGateway(slot, task),
    powerW: clamp(decision.powerW, scenario.powerW),
    frequencyHz: clamp(decision.frequencyHz, scenario.frequencyHz),
  });

  const exceeded = (slot: EnergySlot, decisions: readonly Decision[]) =>
    sharedViolations(scenario, usageOf(slot, decisions)).length;

  const withinShared = (slot: EnergySlot, decisions: readonly Decision[]) => {
    const over = exceeded(slot, decisions);
    if (over === 0) return decisions;
    const safe = safeDecisions(site, slot);
    return exceeded(slot, safe) < over ? safe : decisions;
  };

  const bound = (
    proposal: ArrayLike<number>,
    _previous?: Float64Array,
    observation: Float64Array = none,
  ): Bounded => {
    const refused = refusal(proposal, length);
    if (refused !== undefined) return refused;
    const slot = energySlotOf(site, observation);
    const proposed = energyDecisions(proposal, Math.min(maxTasks, slot.tasks.length));
    const own = slot.tasks.map((task, k) => boundTask(slot, task, proposed[k] as Decision));
    const action = energyAction(site, withinShared(slot, own));
    const altered = action.some((value, i) => value !== proposal[i]);
    return { usable: true, action, altered };
  };
  return { length, slewLimited: false, bound };
}

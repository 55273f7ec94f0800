import { byDistance, greedyAllocation } from "../../core/energy/policies/greedy.ts";
import { defaultSweep } from "../../core/energy/sweep.ts";
import type { Decision, EnergySlot, Gateway, Task } from "../../core/energy/task.ts";
import { taskCost } from "../../core/energy/task-cost.ts";
import type { EnergySite } from "../../core/messages/bridge-energy.ts";

const greedySteps = { powerW: defaultSweep.powerStepW, frequencyHz: defaultSweep.frequencyStepHz };

/** The nearest reachable gateway of a task, or the nearest of all where none reaches it. */
export function nearestGateway(slot: EnergySlot, task: Task): number {
  const everywhere = { ...task, reachable: slot.gateways.map((_, gateway) => gateway) };
  return byDistance(slot, task)[0] ?? (byDistance(slot, everywhere)[0] as number);
}

/** Some reachable gateway could serve the task alone, at full power and frequency (E3). */
function servable({ scenario }: EnergySite, slot: EnergySlot, task: Task): boolean {
  const [, powerW] = scenario.powerW;
  const [, frequencyHz] = scenario.frequencyHz;
  return task.reachable.some((gateway) => {
    const site = slot.gateways[gateway] as Gateway;
    const decision = { gateway, powerW, frequencyHz };
    return taskCost(scenario, task, site, decision).totalS <= task.deadlineS;
  });
}

/**
 * Decisions for any tasks whatever, without a model: GA for those that can be served, the nearest
 * gateway at full power and frequency for the others.
 */
export function safeDecisions(site: EnergySite, slot: EnergySlot): Decision[] {
  const [, powerW] = site.scenario.powerW;
  const [, frequencyHz] = site.scenario.frequencyHz;
  const served = new Map<Task, Decision>();
  const tasks = slot.tasks.filter((task) => servable(site, slot, task));
  const { decisions } = greedyAllocation(site.scenario, { ...slot, tasks }, greedySteps);
  for (const [k, task] of tasks.entries()) served.set(task, decisions[k] as Decision);
  return slot.tasks.map(
    (task) => served.get(task) ?? { gateway: nearestGateway(slot, task), powerW, frequencyHz },
  );
}

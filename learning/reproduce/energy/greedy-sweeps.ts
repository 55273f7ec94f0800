import { byDistance, type GreedySteps } from "../../../core/energy/policies/greedy.ts";
import type { EnergyScenario } from "../../../core/energy/scenario.ts";
import type { Decision, EnergySlot, Gateway, Task } from "../../../core/energy/task.ts";
import { taskCost } from "../../../core/energy/task-cost.ts";

/** Raises from the smallest power and frequency until the deadline holds or both are at their largest. */
function raises(
  scenario: EnergyScenario,
  task: Task,
  site: Gateway,
  gateway: number,
  steps: GreedySteps,
): number {
  const [minW, maxW] = scenario.powerW;
  const [minHz, maxHz] = scenario.frequencyHz;
  const most = Math.ceil(
    Math.max((maxW - minW) / steps.powerW, (maxHz - minHz) / steps.frequencyHz) - 1e-9,
  );
  for (let i = 0; i < most; i++) {
    const decision = {
      gateway,
      powerW: Math.min(maxW, minW + i * steps.powerW),
      frequencyHz: Math.min(maxHz, minHz + i * steps.frequencyHz),
    };
    if (taskCost(scenario, task, site, decision).totalS <= task.deadlineS) return i;
  }
  return most;
}

/**
 * GA's iterations, counted as the paper's O(T·K) counts them: one iteration tries one more step for
 * every task, so the slot is done when its slowest task is. A task tries its gateways nearest first,
 * each from the smallest power and frequency, up to the one it was given.
 */
export function greedySweeps(
  scenario: EnergyScenario,
  slot: EnergySlot,
  decisions: readonly Decision[],
  steps: GreedySteps,
): number {
  const tried = slot.tasks.map((task, k) => {
    const nearest = byDistance(slot, task);
    const given = nearest.indexOf((decisions[k] as Decision).gateway);
    return nearest
      .slice(0, given + 1)
      .reduce(
        (sum, g) => sum + 1 + raises(scenario, task, slot.gateways[g] as Gateway, g, steps),
        0,
      );
  });
  return Math.max(...tried);
}

import type { EnergyScenario } from "../scenario.ts";
import type { Decision, EnergySlot, Gateway, Task } from "../task.ts";
import { taskCost } from "../task-cost.ts";
import { type EnergyRun, RunRecord } from "./energy-run.ts";
import { Room } from "./room.ts";

export interface GreedySteps {
  readonly powerW: number;
  readonly frequencyHz: number;
}

/** Reachable gateways, nearest first. */
export function byDistance(slot: EnergySlot, task: Task): number[] {
  const distance = (g: number) => {
    const gateway = slot.gateways[g] as Gateway;
    return Math.hypot(task.x - gateway.x, task.y - gateway.y);
  };
  return [...task.reachable].sort((a, b) => distance(a) - distance(b));
}

/** The task at smallest power and frequency, both raised a step at a time until its deadline holds. */
function raised(
  scenario: EnergyScenario,
  slot: EnergySlot,
  task: Task,
  gateway: number,
  steps: GreedySteps,
): Decision | undefined {
  const [minW, maxW] = scenario.powerW;
  const [minHz, maxHz] = scenario.frequencyHz;
  for (let i = 0; ; i++) {
    const decision = {
      gateway,
      powerW: Math.min(maxW, minW + i * steps.powerW),
      frequencyHz: Math.min(maxHz, minHz + i * steps.frequencyHz),
    };
    const cost = taskCost(scenario, task, slot.gateways[gateway] as Gateway, decision);
    if (cost.totalS <= task.deadlineS) return decision;
    if (decision.powerW === maxW && decision.frequencyHz === maxHz) return undefined;
  }
}

/**
 * GA: task by task, nearest gateway first, from smallest power and frequency upwards until the
 * deadline holds; a gateway or server without room passes the task on to the next nearest. One step
 * of its course is one task placed. A task that fits nowhere keeps its nearest gateway.
 */
export function greedyAllocation(
  scenario: EnergyScenario,
  slot: EnergySlot,
  steps: GreedySteps,
): EnergyRun {
  const room = new Room(scenario, slot);
  const decisions = slot.tasks.map((task) => {
    const candidates = byDistance(slot, task).flatMap(
      (gateway) => raised(scenario, slot, task, gateway, steps) ?? [],
    );
    const decision = candidates.find((candidate) => room.holds(task, candidate)) ?? candidates[0];
    if (decision === undefined) throw new RangeError("expected a task some gateway can serve (E3)");
    room.take(task, decision);
    return decision;
  });
  const record = new RunRecord(scenario, slot);
  record.note(decisions);
  return record.end();
}

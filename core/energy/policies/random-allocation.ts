import type { Random } from "../../random.ts";
import { ownViolations } from "../constraints.ts";
import type { EnergyScenario } from "../scenario.ts";
import { SharedLoad } from "../shared-load.ts";
import type { Decision, EnergySlot, Gateway, Task } from "../task.ts";
import { taskCost } from "../task-cost.ts";
import { type EnergyRun, RunRecord } from "./energy-run.ts";

/** Draws for a task's own constraints, and draws per task for the shared ones, before RA gives up. */
const maxOwnDraws = 400;
const maxSharedDraws = 20;

function drawDecision(scenario: EnergyScenario, task: Task, random: Random): Decision {
  const within = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform();
  return {
    gateway: task.reachable[random.integer(task.reachable.length)] as number,
    powerW: within(scenario.powerW),
    frequencyHz: within(scenario.frequencyHz),
  };
}

/** A random decision that keeps the task's own constraints, or the last one drawn. */
function drawServing(
  scenario: EnergyScenario,
  slot: EnergySlot,
  task: Task,
  random: Random,
): Decision {
  let decision = drawDecision(scenario, task, random);
  for (let draw = 1; draw < maxOwnDraws; draw++) {
    const cost = taskCost(scenario, task, slot.gateways[decision.gateway] as Gateway, decision);
    if (ownViolations(scenario, task, decision, cost).length === 0) break;
    decision = drawDecision(scenario, task, random);
  }
  return decision;
}

/**
 * RA: every task is drawn until its own constraints hold, then a task of an overloaded gateway or
 * server is drawn again until none is; after 20 such draws per task it gives up.
 */
export function randomAllocation(
  scenario: EnergyScenario,
  slot: EnergySlot,
  random: Random,
): EnergyRun {
  const decisions = slot.tasks.map((task) => drawServing(scenario, slot, task, random));
  const load = new SharedLoad(scenario, slot);
  for (const [k, decision] of decisions.entries()) load.add(slot.tasks[k] as Task, decision, 1);
  const overloaded: number[] = [];
  for (let draw = 0; draw < maxSharedDraws * slot.tasks.length; draw++) {
    overloaded.length = 0;
    for (let k = 0; k < decisions.length; k++) {
      if (load.isOver((decisions[k] as Decision).gateway)) overloaded.push(k);
    }
    if (overloaded.length === 0) break;
    const k = overloaded[random.integer(overloaded.length)] as number;
    const task = slot.tasks[k] as Task;
    load.add(task, decisions[k] as Decision, -1);
    const drawn = drawServing(scenario, slot, task, random);
    decisions[k] = drawn;
    load.add(task, drawn, 1);
  }
  const record = new RunRecord(scenario, slot);
  record.note(decisions);
  return record.end();
}

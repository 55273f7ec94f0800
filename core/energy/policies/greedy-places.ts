import type { EnergyScenario } from "../scenario.ts";
import type { EnergySlot } from "../task.ts";
import { noPrices, taskOptima } from "../task-optimum.ts";
import { type EnergyRun, RunRecord } from "./energy-run.ts";
import { Room } from "./room.ts";

/**
 * Task by task, the way of least energy that still has room, over every place and gateway. A task
 * that fits nowhere keeps its cheapest way. One step.
 */
export function greedyPlaces(scenario: EnergyScenario, slot: EnergySlot): EnergyRun {
  const room = new Room(scenario, slot);
  const free = noPrices(slot);
  const decisions = slot.tasks.map((task) => {
    const ways = taskOptima(scenario, slot, task, free).sort((a, b) => a.energyJ - b.energyJ);
    const way = ways.find(({ decision }) => room.holds(task, decision)) ?? ways[0];
    if (way === undefined) throw new RangeError("expected a task some place can serve (E3)");
    room.take(task, way.decision);
    return way.decision;
  });
  const record = new RunRecord(scenario, slot);
  record.note(decisions);
  return record.end();
}

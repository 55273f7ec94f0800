import { dualBound } from "../bounds.ts";
import { repair, type TaskOption } from "../repair.ts";
import type { EnergyScenario } from "../scenario.ts";
import type { EnergySlot, Gateway } from "../task.ts";
import { taskCost } from "../task-cost.ts";
import { noPrices, optimumThrough } from "../task-optimum.ts";
import { optionsThrough } from "../task-options.ts";
import { type EnergyRun, RunRecord } from "./energy-run.ts";

const powerLevels = 11;

/**
 * Decisions at dual prices, made feasible. A task's options are its decision at the dual's prices,
 * its optimum through every gateway with and without prices, and trades of power against frequency;
 * the repair begins at the first. Where the lower bound's decisions are feasible they are the
 * optimum, and this returns them. Two steps: the decisions at prices, and the repaired ones.
 */
export function dualRepair(scenario: EnergyScenario, slot: EnergySlot): EnergyRun {
  const bound = dualBound(scenario, slot);
  const record = new RunRecord(scenario, slot);
  if (record.note(bound.decisions) > 0 && bound.iterations === 0) return record.end();
  const free = noPrices(slot);
  const options = slot.tasks.map((task, k): TaskOption[] => {
    const priced = bound.decisions[k] as TaskOption["decision"];
    const site = slot.gateways[priced.gateway] as Gateway;
    const { computeJ, transmitJ } = taskCost(scenario, task, site, priced);
    const others = task.reachable.flatMap((gateway) => [
      optimumThrough(scenario, slot, task, gateway, free) ?? [],
      optimumThrough(scenario, slot, task, gateway, bound.prices) ?? [],
      optionsThrough(scenario, slot, task, gateway, powerLevels, 0),
    ]);
    return [{ decision: priced, energyJ: computeJ + transmitJ }, ...others.flat()];
  });
  record.note(
    repair(
      scenario,
      slot,
      options,
      slot.tasks.map(() => 0),
    ),
  );
  return record.end();
}

import { sharedViolations, usageOf } from "./constraints.ts";
import { greedyAllocation } from "./policies/greedy.ts";
import { repair, type TaskOption } from "./repair.ts";
import type { EnergyScenario } from "./scenario.ts";
import { type SweepSteps, SweepTask } from "./sweep-task.ts";
import type { Decision, EnergySlot, Gateway, Task } from "./task.ts";
import { optionsThrough } from "./task-options.ts";

/** A task that no gateway can serve in time: the nearest one, at full power and frequency. */
function bestEffort(
  scenario: EnergyScenario,
  slot: EnergySlot,
  task: Task,
  steps: SweepSteps,
): TaskOption {
  const swept = new SweepTask(scenario, slot, task, steps);
  const [, powerW] = scenario.powerW;
  const [, frequencyHz] = scenario.frequencyHz;
  const placement = { rank: 0, powerW, frequencyHz };
  const { computeJ, transmitJ } = swept.cost(placement);
  return { decision: swept.decision(placement), energyJ: computeJ + transmitJ };
}

/**
 * Gateway, power and frequency of every task on the grid of the sweeps' steps, such that every
 * deadline and C6–C8 hold wherever the repair or, failing that, GA finds such a choice. A task that no
 * gateway can serve in time gets the nearest one at full power and frequency.
 */
export function placeTasks(
  scenario: EnergyScenario,
  slot: EnergySlot,
  steps: SweepSteps,
): Decision[] {
  const [minW, maxW] = scenario.powerW;
  const levels = 1 + Math.round((maxW - minW) / steps.powerStepW);
  const served = slot.tasks.map((task) =>
    task.reachable.flatMap((gateway) =>
      optionsThrough(scenario, slot, task, gateway, levels, steps.frequencyStepHz),
    ),
  );
  const options = served.map((ways, k) =>
    ways.length > 0 ? ways : [bestEffort(scenario, slot, slot.tasks[k] as Task, steps)],
  );
  const cheapest = options.map((ways) =>
    ways.reduce((best, way, o) => (way.energyJ < (ways[best]?.energyJ ?? 0) ? o : best), 0),
  );
  const placed = repair(scenario, slot, options, cheapest);
  const fits = sharedViolations(scenario, usageOf(slot, placed)).length === 0;
  if (fits || served.some((ways) => ways.length === 0)) return placed;
  const { powerStepW: powerW, frequencyStepHz: frequencyHz } = steps;
  const greedy = greedyAllocation(scenario, slot, { powerW, frequencyHz });
  return greedy.feasible ? [...greedy.decisions] : placed;
}

/** From values towards a wish, all by the same share of the way, on a grid above `low`. */
function raised(
  values: readonly number[],
  wish: number,
  limit: number,
  [low, step]: readonly [number, number],
): number[] {
  const wanted = values.reduce((sum, value) => sum + Math.max(0, wish - value), 0);
  const room = limit - values.reduce((sum, value) => sum + value, 0);
  const part = wanted > 0 ? Math.max(0, Math.min(1, room / wanted)) : 0;
  return values.map((value) => {
    const target = value + part * Math.max(0, wish - value);
    return Math.max(value, low + step * Math.floor((target - low) / step + 1e-9));
  });
}

/**
 * Where sweeps begin in operation: tasks placed so that every constraint holds, then power and
 * frequency raised towards the middle of their ranges, as far as C7 and C8 leave room. All sweeps
 * that withhold harmful actions then stay feasible.
 */
export function feasibleStart(
  scenario: EnergyScenario,
  slot: EnergySlot,
  steps: SweepSteps,
): Decision[] {
  const decisions = placeTasks(scenario, slot, steps).map((decision) => ({ ...decision }));
  const middle = ([low, high]: readonly [number, number]) => (low + high) / 2;
  const serverOf = ({ gateway }: Decision) => (slot.gateways[gateway] as Gateway).server;
  for (const server of new Set(slot.gateways.map((gateway) => gateway.server))) {
    const members = decisions.filter((decision) => serverOf(decision) === server);
    const frequencies = raised(
      members.map(({ frequencyHz }) => frequencyHz),
      middle(scenario.frequencyHz),
      scenario.serverFrequencyHz,
      [scenario.frequencyHz[0], steps.frequencyStepHz],
    );
    for (const [i, member] of members.entries()) member.frequencyHz = frequencies[i] as number;
  }
  for (const gateway of slot.gateways.keys()) {
    const members = decisions.filter((decision) => decision.gateway === gateway);
    const powers = raised(
      members.map(({ powerW }) => powerW),
      middle(scenario.powerW),
      scenario.gatewayPowerW,
      [scenario.powerW[0], steps.powerStepW],
    );
    for (const [i, member] of members.entries()) member.powerW = powers[i] as number;
  }
  return decisions;
}

import { linkRateBitPerS, snrPerWatt } from "./link.ts";
import type { TaskOption } from "./repair.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { EnergySlot, Gateway, Task } from "./task.ts";

/** Every way that is not worse in all of energy, power and frequency than another through its gateway. */
function undominated(options: readonly TaskOption[]): TaskOption[] {
  return options.filter(
    (a) =>
      !options.some(
        (b) =>
          b !== a &&
          b.decision.powerW <= a.decision.powerW &&
          b.decision.frequencyHz <= a.decision.frequencyHz &&
          b.energyJ <= a.energyJ,
      ),
  );
}

/**
 * Ways to serve a task through a gateway: `levels` powers over the range, each with the frequency
 * that the deadline then needs.
 *
 * @param frequencyStepHz frequencies are multiples of it above the smallest; 0 takes them exactly
 */
export function optionsThrough(
  scenario: EnergyScenario,
  slot: EnergySlot,
  task: Task,
  gateway: number,
  levels: number,
  frequencyStepHz: number,
): TaskOption[] {
  const [minW, maxW] = scenario.powerW;
  const [minHz, maxHz] = scenario.frequencyHz;
  const snrPerW = snrPerWatt(scenario, task, slot.gateways[gateway] as Gateway);
  const options: TaskOption[] = [];
  for (let level = 0; level < levels; level++) {
    const powerW = minW + ((maxW - minW) * level) / (levels - 1);
    const transmitS = (8 * task.resultBytes) / linkRateBitPerS(scenario, snrPerW, powerW);
    const leftS = task.deadlineS - transmitS;
    const neededHz = Math.max(minHz, task.cycles / leftS);
    if (leftS <= 0 || neededHz > maxHz) continue;
    const frequencyHz =
      frequencyStepHz > 0
        ? Math.min(
            maxHz,
            minHz + frequencyStepHz * Math.ceil((neededHz - minHz) / frequencyStepHz - 1e-9),
          )
        : neededHz;
    const energyJ = scenario.kappa * task.cycles * frequencyHz ** 2 + powerW * transmitS;
    options.push({ decision: { gateway, powerW, frequencyHz }, energyJ });
    if (frequencyHz === minHz) break;
  }
  return undominated(options);
}

import { feasibleStart } from "./placement.ts";
import { type EnergyRun, RunRecord } from "./policies/energy-run.ts";
import type { EnergyScenario } from "./scenario.ts";
import { defaultSweep, Sweep, type SweepSettings } from "./sweep.ts";
import type { EnergySlot } from "./task.ts";
import { taskFeatures } from "./task-features.ts";

/** Picks an action for every task of a batch. */
export interface SweepPolicy {
  /**
   * @param features [tasks, taskFeatures.length], only valid during the call
   * @returns an index of `sweepActions` per task
   */
  actions(features: Float32Array, tasks: number): Promise<ArrayLike<number>>;
}

export interface SweepRunSettings {
  readonly sweep: SweepSettings;
  /** T_step, sweeps at most. */
  readonly steps: number;
  /** The run ends early after so many feasible sweeps without less energy, or one without a change. */
  readonly patience: number;
  /** Withholds actions that would push a limit further over. */
  readonly guarded: boolean;
  /**
   * placed: gateways with room, power and frequency from where every constraint holds; neutral:
   * nearest gateways and the middle of the ranges.
   */
  readonly start: "placed" | "neutral";
}

export const defaultSweepRun: SweepRunSettings = {
  sweep: defaultSweep,
  steps: 40,
  patience: 4,
  guarded: true,
  start: "placed",
};

/** A slot's sweep at its beginning. */
export function startSweep(
  scenario: EnergyScenario,
  slot: EnergySlot,
  settings: Pick<SweepRunSettings, "sweep" | "start">,
): Sweep {
  const { sweep, start } = settings;
  const placed = start === "placed" ? feasibleStart(scenario, slot, sweep) : undefined;
  return new Sweep(scenario, slot, sweep, placed);
}

/** One sweep over all tasks; false when no task changed. */
async function sweepOnce(sweep: Sweep, policy: SweepPolicy, guarded: boolean): Promise<boolean> {
  const width = taskFeatures.length;
  let changed = false;
  for (const group of sweep.groups()) {
    const features = new Float32Array(group.length * width);
    for (const [i, k] of group.entries()) sweep.featuresInto(features, i * width, k);
    const actions = await policy.actions(features, group.length);
    for (const [i, k] of group.entries()) {
      const action = actions[i] as number;
      const moved = guarded ? sweep.actWithinLimits(k, action) : sweep.act(k, action);
      changed ||= moved;
    }
  }
  return changed;
}

/** Operation, greedy and frozen: sweeps a slot's tasks and keeps the best feasible decisions met. */
export async function runSweeps(
  policy: SweepPolicy,
  scenario: EnergyScenario,
  slot: EnergySlot,
  settings: SweepRunSettings = defaultSweepRun,
): Promise<EnergyRun> {
  const sweep = startSweep(scenario, slot, settings);
  const record = new RunRecord(scenario, slot);
  let best = 0;
  let bestStep = 0;
  for (let step = 1; step <= settings.steps; step++) {
    const changed = await sweepOnce(sweep, policy, settings.guarded);
    const reward = record.note(sweep.decisions());
    if (reward === 0 || reward > best) bestStep = step;
    best = Math.max(best, reward);
    if (!changed || step - bestStep >= settings.patience) break;
  }
  return record.end();
}

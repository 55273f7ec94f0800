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
  /** T_step, sweeps at most; a sweep that changes nothing ends the run. */
  readonly steps: number;
  /** Withholds actions that would push a limit further over. */
  readonly guarded: boolean;
}

export const defaultSweepRun: SweepRunSettings = { sweep: defaultSweep, steps: 40, guarded: true };

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

/**
 * Operation, greedy and frozen: sweeps a slot's tasks until nothing changes or `steps` sweeps are
 * done, and keeps the best feasible decisions met.
 */
export async function runSweeps(
  policy: SweepPolicy,
  scenario: EnergyScenario,
  slot: EnergySlot,
  settings: SweepRunSettings = defaultSweepRun,
): Promise<EnergyRun> {
  const sweep = new Sweep(scenario, slot, settings.sweep);
  const record = new RunRecord(scenario, slot);
  for (let step = 0; step < settings.steps; step++) {
    const changed = await sweepOnce(sweep, policy, settings.guarded);
    record.note(sweep.decisions());
    if (!changed) break;
  }
  return record.end();
}

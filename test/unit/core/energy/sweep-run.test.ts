import { describe, expect, it } from "vitest";
import { feasibleStart } from "../../../../core/energy/placement.ts";
import { defaultSweepRun, runSweeps, type SweepPolicy } from "../../../../core/energy/sweep-run.ts";
import { type SweepAction, sweepActions } from "../../../../core/energy/sweep-task.ts";
import { taskFeatures } from "../../../../core/energy/task-features.ts";
import { drawnSlot, outcomeOf, scenario } from "./drawn.ts";

const slot = drawnSlot(40, 3);

/** The first of some actions that limits allow and that saves energy, by the features alone. */
function saving(...actions: SweepAction[]): SweepPolicy {
  return {
    actions: (features, tasks) => {
      const chosen = Array.from({ length: tasks }, (_, i) => {
        const value = (name: string) =>
          features[i * taskFeatures.length + taskFeatures.indexOf(name)] as number;
        const found = actions.find(
          (action) => value(`${action}.allowed`) === 1 && value(`${action}.energyChange`) < 0,
        );
        return sweepActions.indexOf(found ?? "hold");
      });
      return Promise.resolve(chosen);
    },
  };
}

const always = (action: SweepAction): SweepPolicy => ({
  actions: (_, tasks) => Promise.resolve(new Array(tasks).fill(sweepActions.indexOf(action))),
});

describe("runSweeps", () => {
  it("ends after the sweep that changes nothing", async () => {
    const run = await runSweeps(always("hold"), scenario, slot);
    expect(run.meanEnergyJ).toHaveLength(1);
    expect(run.decisions).toEqual(feasibleStart(scenario, slot, defaultSweepRun.sweep));
    expect(run.feasible).toBe(true);
  });

  it("descends step by step and stays feasible", async () => {
    const run = await runSweeps(saving("frequency-down", "power-down"), scenario, slot);
    const energies = run.meanEnergyJ.map((energy) => energy ?? Number.NaN);
    expect(energies.length).toBeGreaterThan(10);
    for (const [i, energy] of energies.entries()) {
      if (i > 0) expect(energy).toBeLessThanOrEqual(energies[i - 1] as number);
    }
    expect(outcomeOf(slot, run.decisions)).toMatchObject({ violated: [] });
    expect(energies.at(-1)).toBeLessThan(0.6 * (energies[0] as number));
  });

  it("ends early when sweeps bring nothing better, with the best decisions met", async () => {
    const run = await runSweeps(always("frequency-up"), scenario, slot, {
      ...defaultSweepRun,
      patience: 3,
    });
    expect(run.meanEnergyJ).toHaveLength(4);
    expect(outcomeOf(slot, run.decisions).meanEnergyJ).toBe(run.meanEnergyJ[0]);
    const patient = { ...defaultSweepRun, patience: 100, steps: 7 };
    const longer = await runSweeps(always("frequency-up"), scenario, slot, patient);
    expect(longer.meanEnergyJ).toHaveLength(7);
  });

  it("serves the other tasks as well as ever beside one that nothing can serve", async () => {
    const [first, ...others] = slot.tasks;
    const lost = { ...(first as (typeof slot.tasks)[number]), x: 5000, y: 5000, reachable: [] };
    const hurried = { ...(first as (typeof slot.tasks)[number]), deadlineS: 0.01 };
    const mixed = { ...slot, tasks: [lost, hurried, ...others] };
    const run = await runSweeps(saving("frequency-down", "power-down"), scenario, mixed);
    expect(run.feasible).toBe(false);
    for (const decision of run.decisions.slice(0, 2)) {
      expect(decision).toMatchObject({ powerW: 1, frequencyHz: 2e9 });
    }
    const alone = { ...slot, tasks: others };
    expect(outcomeOf(alone, run.decisions.slice(2)).violated).toEqual([]);
    expect((await runSweeps(always("hold"), scenario, { ...slot, tasks: [] })).decisions).toEqual(
      [],
    );
  });

  it("lets actions break limits without the guard", async () => {
    const settings = { ...defaultSweepRun, guarded: false, start: "neutral" as const };
    const run = await runSweeps(always("frequency-down"), scenario, slot, settings);
    expect(run.meanEnergyJ.at(-1)).toBeNull();
    expect(run.course).toHaveLength(run.meanEnergyJ.length);
  });
});

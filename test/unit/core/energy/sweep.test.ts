import { describe, expect, it } from "vitest";
import { feasibleStart } from "../../../../core/energy/placement.ts";
import { defaultSweep, Sweep } from "../../../../core/energy/sweep.ts";
import { type SweepAction, sweepActions } from "../../../../core/energy/sweep-task.ts";
import { taskFeatures } from "../../../../core/energy/task-features.ts";
import { createRandom } from "../../../../core/random.ts";
import { drawnSlot, outcomeOf, scenario } from "./drawn.ts";

const action = (name: SweepAction) => sweepActions.indexOf(name);

function features(sweep: Sweep, k: number): Map<string, number> {
  const out = new Float32Array(taskFeatures.length + 1).fill(Number.NaN);
  sweep.featuresInto(out, 1, k);
  return new Map(taskFeatures.map((name, i) => [name, out[i + 1] as number]));
}

/** A sweep after a walk of random actions. */
function walked(tasks: number, steps: number, seed: number) {
  const slot = drawnSlot(tasks, seed);
  const sweep = new Sweep(scenario, slot);
  const random = createRandom(seed, 1);
  for (let i = 0; i < steps; i++) {
    sweep.act(random.integer(tasks), random.integer(sweepActions.length));
  }
  return { slot, sweep, random };
}

describe("Sweep", () => {
  it("begins at the nearest gateways in the middle of the ranges", () => {
    const slot = drawnSlot(5);
    for (const [k, decision] of new Sweep(scenario, slot).decisions().entries()) {
      expect(decision).toMatchObject({ powerW: 0.75, frequencyHz: 1.5e9 });
      const distances = slot.gateways.map(({ x, y }) =>
        Math.hypot(x - (slot.tasks[k]?.x ?? 0), y - (slot.tasks[k]?.y ?? 0)),
      );
      expect(distances[decision.gateway]).toBe(Math.min(...distances));
    }
  });

  it("visits every task once a sweep", () => {
    for (const tasks of [1, 2, 7, 50]) {
      const visited = [...new Sweep(scenario, drawnSlot(tasks)).groups()].flat();
      expect(visited.sort((a, b) => a - b)).toEqual(Array.from({ length: tasks }, (_, k) => k));
    }
  });

  it.each<[SweepAction, SweepAction]>([
    ["power-up", "power-down"],
    ["frequency-down", "frequency-up"],
    ["next-gateway", "previous-gateway"],
  ])("undoes %s by %s", (there, back) => {
    const sweep = new Sweep(scenario, drawnSlot(20));
    const before = sweep.decisions();
    for (let k = 0; k < sweep.size; k++) sweep.act(k, action(there));
    expect(sweep.decisions()).not.toEqual(before);
    for (let k = 0; k < sweep.size; k++) sweep.act(k, action(back));
    for (const [k, decision] of sweep.decisions().entries()) {
      expect(decision.gateway).toBe(before[k]?.gateway);
      expect(decision.powerW).toBeCloseTo(before[k]?.powerW ?? 0, 12);
      expect(decision.frequencyHz).toBe(before[k]?.frequencyHz);
    }
  });

  it("stays within C9 and C10 and says when an action changed nothing", () => {
    const sweep = new Sweep(scenario, drawnSlot(1));
    expect(sweep.act(0, action("hold"))).toBe(false);
    for (let i = 0; i < 10; i++) expect(sweep.act(0, action("frequency-down"))).toBe(true);
    expect(sweep.act(0, action("frequency-down"))).toBe(false);
    expect(sweep.decisions()[0]?.frequencyHz).toBe(1e9);
  });

  it("breaks, task by task, the constraints that the outcome names", () => {
    const met = new Set<string>();
    for (let seed = 1; seed <= 8; seed++) {
      const { slot, sweep } = walked(12 * seed, 60 * seed, seed);
      const violated = slot.tasks.map((_, k) => sweep.violated(k));
      const named = [...new Set(violated.flat())].sort();
      expect(named).toEqual(outcomeOf(slot, sweep.decisions()).violated);
      const flags = slot.tasks.map((_, k) => features(sweep, k).get("broken") === 1);
      expect(flags).toEqual(violated.map((names) => names.length > 0));
      for (const name of named) met.add(name);
    }
    expect([...met].sort()).toEqual(["deadline", "gateway-power", "server-frequency"]);
  });

  it("describes every task by finite numbers of about unit size", () => {
    const { sweep } = walked(60, 2000, 3);
    for (let k = 0; k < sweep.size; k++) {
      const values = [...features(sweep, k).values()];
      expect(values.filter((value) => !(value >= -2 && value < 6))).toEqual([]);
    }
  });

  it("foretells in the features what an action does to energy", () => {
    const { sweep, random } = walked(30, 500, 5);
    for (const name of sweepActions.slice(1)) {
      const k = random.integer(sweep.size);
      const foretold = features(sweep, k).get(`${name}.energyChange`) ?? Number.NaN;
      const before = sweep.energyJ(k);
      sweep.act(k, action(name));
      const change = 20 * (sweep.energyJ(k) - before);
      expect(foretold).toBeCloseTo(Math.max(-2, Math.min(2, change)), 5);
    }
  });

  it("changes the cost of an action's task by what the system's energy changes when nothing breaks", () => {
    const slot = drawnSlot(30, 2);
    const sweep = new Sweep(
      scenario,
      slot,
      defaultSweep,
      feasibleStart(scenario, slot, defaultSweep),
    );
    const systemJ = () => outcomeOf(slot, sweep.decisions()).meanEnergyJ * slot.tasks.length;
    for (let k = 0; k < slot.tasks.length; k++) {
      const [costJ, energyJ] = [sweep.costJ(k), systemJ()];
      if (!sweep.actWithinLimits(k, action("frequency-down"))) continue;
      expect(sweep.costJ(k) - costJ).toBeCloseTo(systemJ() - energyJ, 10);
    }
  });

  it("adds a price to an action that breaks a limit", () => {
    const sweep = new Sweep(scenario, drawnSlot(20, 4));
    let broken = 0;
    for (let k = 0; k < sweep.size; k++) {
      for (let i = 0; i < 10; i++) {
        const before = { costJ: sweep.costJ(k), violated: sweep.violated(k).length };
        sweep.act(k, action("frequency-down"));
        if (sweep.violated(k).length <= before.violated) continue;
        expect(sweep.costJ(k)).toBeGreaterThan(before.costJ + 0.15);
        broken++;
      }
    }
    expect(broken).toBeGreaterThan(2);
  });

  it.each([10, 50, 80])(
    "never leaves feasibility with %i tasks when actions that break limits are withheld",
    (tasks) => {
      const slot = drawnSlot(tasks, 6);
      const sweep = new Sweep(
        scenario,
        slot,
        defaultSweep,
        feasibleStart(scenario, slot, defaultSweep),
      );
      const random = createRandom(tasks);
      const refused: boolean[] = [];
      for (let i = 0; i < 1500; i++) {
        const k = random.integer(tasks);
        const chosen = 1 + random.integer(sweepActions.length - 1);
        const allowed = features(sweep, k).get(`${sweepActions[chosen]}.allowed`) === 1;
        const moved = sweep.actWithinLimits(k, chosen);
        if (!allowed) refused.push(moved);
        if (i % 50 === 0) expect(outcomeOf(slot, sweep.decisions()).violated).toEqual([]);
      }
      expect(refused.length).toBeGreaterThan(5);
      expect(refused).not.toContain(true);
    },
  );

  it("refuses a task that is not there", () => {
    expect(() => new Sweep(scenario, drawnSlot(2)).act(2, 0)).toThrow(/below 2/);
  });
});

import { describe, expect, it } from "vitest";
import { ascend, multipliersSchema, pricedExcessJ } from "../../../../core/energy/multipliers.ts";
import { energyOutcome } from "../../../../core/energy/outcome.ts";
import { defaultSweep, Sweep } from "../../../../core/energy/sweep.ts";
import { sweepActions } from "../../../../core/energy/sweep-task.ts";
import { taskFeatures } from "../../../../core/energy/task-features.ts";
import { drawnSlot, scenario } from "./drawn.ts";

const excess = { deadline: 0.1, gatewayPower: 0, serverFrequency: 0.5, serverStorage: 0 };

describe("multipliers", () => {
  it("rise with excess, fall without, and stay within 0 and the largest", () => {
    const settings = { stepJ: 2, allowance: 0.1, largestJ: 1 };
    const from = multipliersSchema.parse({
      deadline: 0.5,
      gatewayPower: 0.3,
      serverFrequency: 0.5,
    });
    expect(ascend(from, excess, settings)).toEqual({
      threshold: 0.98,
      deadline: 0.5,
      gatewayPower: 0.3 - 2 * 0.1,
      serverFrequency: 1,
      serverStorage: 0,
    });
  });

  it("price each constraint's excess by its own multiplier", () => {
    const multipliers = multipliersSchema.parse({ deadline: 3, serverFrequency: 2 });
    expect(pricedExcessJ(multipliers, excess)).toBeCloseTo(3 * 0.1 + 2 * 0.5, 12);
  });

  it("charge a delay from the threshold of its deadline on", () => {
    const slot = drawnSlot(10);
    const multipliers = multipliersSchema.parse({ threshold: 0.1, deadline: 2 });
    const sweep = new Sweep(scenario, slot, { ...defaultSweep, multipliers });
    const { tasks } = energyOutcome(scenario, slot, sweep.decisions());
    for (const [k, { totalS }] of tasks.entries()) {
      const share = totalS / (slot.tasks[k]?.deadlineS ?? 0);
      expect(sweep.lagrangianJ(k)).toBeCloseTo(sweep.energyJ(k) + 2 * (share - 0.1), 9);
    }
  });

  it("enter what a policy sees of its actions, as exactly the Lagrangian's change", () => {
    const slot = drawnSlot(90);
    const multipliers = multipliersSchema.parse({
      ...{ deadline: 0.02, gatewayPower: 0.1, serverFrequency: 0.1, serverStorage: 0.1 },
    });
    const sweep = new Sweep(scenario, slot, { ...defaultSweep, multipliers });
    const plain = new Sweep(scenario, slot, defaultSweep);
    const at = taskFeatures.indexOf("frequency-up.energyChange");
    let differing = 0;
    for (let k = 0; k < slot.tasks.length; k++) {
      const [features, without] = [sweep, plain].map((of) => {
        const out = new Float32Array(taskFeatures.length);
        of.featuresInto(out, 0, k);
        return out;
      }) as [Float32Array, Float32Array];
      const beforeJ = sweep.lagrangianJ(k);
      sweep.act(k, sweepActions.indexOf("frequency-up"));
      const change = 20 * (sweep.lagrangianJ(k) - beforeJ);
      sweep.act(k, sweepActions.indexOf("frequency-down"));
      expect(features[at]).toBeCloseTo(change, 5);
      if (features[at] !== without[at]) differing++;
    }
    expect(differing).toBeGreaterThan(20);
    expect(sweep.excess()).toEqual(plain.excess());
    expect(sweep.excess().serverFrequency).toBeGreaterThan(0);
  });
});

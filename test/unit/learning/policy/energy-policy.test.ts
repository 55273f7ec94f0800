import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawEnergySlot } from "../../../../core/energy/draw.ts";
import { defaultEnergyScenario } from "../../../../core/energy/scenario.ts";
import { defaultSweep } from "../../../../core/energy/sweep.ts";
import { runSweeps } from "../../../../core/energy/sweep-run.ts";
import { sweepActions } from "../../../../core/energy/sweep-task.ts";
import { taskFeatures } from "../../../../core/energy/task-features.ts";
import { createRandom } from "../../../../core/random.ts";
import { trainEnergy } from "../../../../learning/experiment/energy-training.ts";
import type { Learner } from "../../../../learning/learner.ts";
import { openEnergyPolicy } from "../../../../learning/policy/energy-policy.ts";
import { readEnergyPolicyFile } from "../../../../learning/policy/energy-policy-file.ts";
import { readPolicyFile } from "../../../../learning/policy/policy-file.ts";
import { verifyExport } from "../../../../learning/policy/verify-export.ts";
import { smallEnergyConfig, smallEnergyProblem, smallEnergyRun } from "../small-energy.ts";

const config = smallEnergyConfig();
let learner: Learner;
let bytes: Uint8Array;
beforeAll(async () => {
  ({ learner } = await trainEnergy({ ...smallEnergyRun, config, episodes: 10 }));
  bytes = learner.exportPolicy({ seed: 1 });
});
afterAll(() => learner.close());

describe("energy policy files", () => {
  it("say what they were trained for", () => {
    const file = readEnergyPolicyFile(bytes);
    expect(file).toMatchObject({
      system: "energy",
      scenario: defaultEnergyScenario,
      sweep: defaultSweep,
      learner: config,
      training: { seed: 1 },
    });
    expect(new Map(file.weights)).toEqual(learner.generatorWeights());
  });

  it("decide as their learner does, whatever the number of tasks", async () => {
    expect(await verifyExport(smallEnergyProblem, learner, bytes)).toBeLessThan(1e-5);
    const policy = await openEnergyPolicy(bytes);
    const observations = smallEnergyProblem.drawObservations(30, 4);
    const features = Float32Array.from(observations.flatMap((row) => [...row]));
    const actions = await policy.actions(features, 30);
    const greedy = await learner.greedy(observations);
    expect([...Float64Array.from(actions)]).toEqual(greedy.actions.map(([action]) => action));
    expect(Math.max(...Float64Array.from(actions))).toBeLessThan(sweepActions.length);
    const alone = await policy.actions(features.subarray(0, taskFeatures.length), 1);
    expect(alone[0]).toBe(actions[0]);
    await policy.release();
  });

  it("sweep a slot of any size to feasible decisions", async () => {
    const policy = await openEnergyPolicy(bytes);
    for (const tasks of [1, 10, 60]) {
      const slot = drawEnergySlot(defaultEnergyScenario, tasks, createRandom(tasks));
      const run = await runSweeps(policy, defaultEnergyScenario, slot);
      expect(run).toMatchObject({ feasible: true });
      expect(run.decisions).toHaveLength(tasks);
    }
    await policy.release();
  });

  it("are not taken for slicing policies", () => {
    expect(() => readPolicyFile(bytes)).toThrow(/system slicing/);
    expect(() => readEnergyPolicyFile(bytes.subarray(0, 50))).toThrow(
      expect.objectContaining({ code: "MODEL_REFUSED" }),
    );
  });
});

import { afterEach, describe, expect, it } from "vitest";
import {
  type EnergyEpisode,
  trainEnergy,
} from "../../../../learning/experiment/energy-training.ts";
import { energyTrainingSchema } from "../../../../learning/experiment/energy-training-config.ts";
import type { Learner } from "../../../../learning/learner.ts";
import { smallEnergyConfig, smallEnergyRun, smallEnergyTraining } from "../small-energy.ts";

const open: Learner[] = [];
afterEach(async () => {
  for (const learner of open.splice(0)) await learner.close();
});

async function train(episodes: number, over: Partial<Parameters<typeof trainEnergy>[0]> = {}) {
  const reports: EnergyEpisode[] = [];
  const trained = await trainEnergy({
    ...smallEnergyRun,
    config: smallEnergyConfig(),
    episodes,
    onEpisode: (report) => reports.push(report),
    ...over,
  });
  open.push(trained.learner);
  return { ...trained, reports };
}

describe("trainEnergy", () => {
  it("repeats itself with the same seed", async () => {
    const [first, again, other] = [await train(3), await train(3), await train(3, { seed: 2 })];
    expect(again.reports).toEqual(first.reports);
    expect(again.learner.generatorWeights()).toEqual(first.learner.generatorWeights());
    expect(other.reports).not.toEqual(first.reports);
  });

  it("learns to save energy", async () => {
    const { reports, updates } = await train(40);
    const meanReward = (part: readonly EnergyEpisode[]) =>
      part.reduce((sum, { meanReward }) => sum + meanReward, 0) / part.length;
    expect(meanReward(reports.slice(-10))).toBeGreaterThan(2 * meanReward(reports.slice(0, 5)));
    expect(meanReward(reports.slice(-10))).toBeGreaterThan(0.03);
    expect(updates).toBe(reports.reduce((sum, report) => sum + report.updates, 0));
    for (const { tasks } of reports) expect([4, 5, 6, 7, 8]).toContain(tasks);
  });

  it("gives every task the system's reward when asked for the paper's", async () => {
    const training = energyTrainingSchema.parse({
      ...smallEnergyTraining,
      reward: "paper",
      neutralStarts: 0,
    });
    const config = smallEnergyConfig({ exploration: { initial: 0, final: 0 } });
    const { reports } = await train(2, { training, config });
    for (const { meanReward, meanEnergyJ } of reports) {
      expect(meanReward).toBeGreaterThanOrEqual(0);
      expect(meanReward).toBeLessThan(2);
      if (meanEnergyJ !== null) expect(meanReward).toBeGreaterThan(0);
    }
  });

  it("learns multipliers with the policy, and only where the Lagrangian is the reward", async () => {
    const training = energyTrainingSchema.parse({ ...smallEnergyTraining, reward: "lagrangian" });
    const { sweep, reports } = await train(12, { training });
    expect(sweep.multipliers?.deadline).toBeGreaterThan(0);
    expect(reports.every(({ meanReward }) => Number.isFinite(meanReward))).toBe(true);
    expect((await train(1)).sweep.multipliers).toBeUndefined();
  });

  it("ends when told to, with what it has learned", async () => {
    const ending = new AbortController();
    const { episodes } = await train(1000, {
      signal: ending.signal,
      onEpisode: ({ episode }) => episode === 2 && ending.abort(),
    });
    expect(episodes).toBe(2);
  });

  it.each(["dql", "d3qn"] as const)("trains %s on the same core", async (algorithm) => {
    const { updates, learner } = await train(2, { config: smallEnergyConfig({ algorithm }) });
    expect(updates).toBeGreaterThan(10);
    const names = [...learner.generatorWeights().keys()];
    expect(names.some((name) => name.includes("value"))).toBe(algorithm === "d3qn");
  });
});

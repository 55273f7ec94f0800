import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultEnergyScenario } from "../../../../../core/energy/scenario.ts";
import { defaultSweep } from "../../../../../core/energy/sweep.ts";
import { createLearner } from "../../../../../learning/create-learner.ts";
import { energyLearner } from "../../../../../learning/energy-preset.ts";
import { energyProblem } from "../../../../../learning/problems/energy.ts";
import { reproduceEnergy } from "../../../../../learning/reproduce/energy/reproduce-energy.ts";
import { quickSettings } from "../../../../../learning/reproduce/energy/settings.ts";

let directory: string;
let policy: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reproduce-"));
  policy = join(directory, "untrained.onnx");
  const problem = energyProblem(defaultEnergyScenario, defaultSweep);
  const learner = await createLearner({ problem, config: energyLearner, seed: 1 });
  await writeFile(policy, learner.exportPolicy({ command: "untrained" }));
  await learner.close();
});
afterAll(() => rm(directory, { recursive: true }));

const progress: (readonly number[])[] = [];

function reproduce(name: string, resume = false) {
  return reproduceEnergy({
    settings: { ...quickSettings(3), draws: 2, taskCounts: [2, 4] },
    figures: [10],
    directory: join(directory, name),
    policies: { DQL: policy, DDQL: policy },
    jobs: 1,
    resume,
    signal: new AbortController().signal,
    onProgress: (figures) => progress.push(figures),
  });
}

async function data(name: string) {
  const text = await readFile(join(directory, name, "fig-10.json"), "utf8");
  const { durationS: _, ...rest } = JSON.parse(text);
  return rest;
}

test("one figure with one seed gives the same numbers again, and no energy below the bounds", async () => {
  const records = await reproduce("a");
  await reproduce("b");
  expect(records.map(({ figure }) => figure)).toEqual([10]);
  const first = await data("a");
  expect(await data("b")).toEqual(first);
  const meanOf = (series: string) =>
    first.rows.find((row: { series: string; x: number }) => row.series === series && row.x === 4)
      .mean;
  expect(meanOf("lower bound")).toBeGreaterThan(0.1);
  expect(meanOf("GA")).toBeGreaterThanOrEqual(meanOf("dual bound"));
  expect(meanOf("PSO")).toBeGreaterThanOrEqual(meanOf("dual bound"));
  expect(meanOf("RA")).toBeGreaterThan(meanOf("PSO"));
});

test("a resumed run keeps figures of the same settings", async () => {
  await reproduce("c");
  const done = progress.length;
  await reproduce("c", true);
  expect(progress.length).toBe(done);
});

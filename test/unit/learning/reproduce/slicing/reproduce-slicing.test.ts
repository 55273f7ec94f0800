import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reproduceSlicing } from "../../../../../learning/reproduce/slicing/reproduce-slicing.ts";
import { quickSettings } from "../../../../../learning/reproduce/slicing/settings.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reproduce-"));
});
afterAll(() => rm(directory, { recursive: true }));

const settings = {
  ...quickSettings(3),
  seeds: 2,
  episodes: 2,
  shortEpisodes: 1,
  studySeeds: 2,
  users: [10, 20],
  evaluationSlots: 10,
};

async function reproduce(name: string, figures: readonly number[], resume = false) {
  return await reproduceSlicing({
    settings,
    figures,
    directory: join(directory, name),
    jobs: 1,
    resume,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

async function data(name: string, figure: string) {
  const text = await readFile(join(directory, name, `${figure}.json`), "utf8");
  const { durationS: _, ...rest } = JSON.parse(text);
  return rest;
}

test("a figure with one seed gives the same numbers again, and no policy beats the optimum", async () => {
  const records = await reproduce("a", [3, 4, 5]);
  expect(records.map(({ figure }) => figure)).toEqual([3, 4, 5]);
  await reproduce("b", [4]);
  expect(await data("b", "fig-04")).toEqual(await data("a", "fig-04"));
  const { rows } = await data("a", "fig-03");
  const final = rows.filter((row: { panel: string }) => row.panel === "final reward");
  const means = new Map(
    final.map((row: { series: string; mean: number }) => [row.series, row.mean]),
  );
  expect([...means.keys()]).toEqual([
    ...["FedD3QN-GAN", "ID3QN-GAN", "FedD3QN", "ID3QN"],
    ...["equal", "sqrt-load", "optimum"],
  ]);
  for (const mean of means.values()) {
    expect(mean).toBeGreaterThan(0.5);
    expect(mean).toBeLessThanOrEqual(means.get("optimum") as number);
  }
});

test("the number of access points and the studies are figures of their own", async () => {
  const records = await reproduce("a", [6, 8]);
  expect(records.map(({ figure }) => figure)).toEqual([3, 4, 5, 6, 8]);
  const access = await data("a", "fig-06");
  expect(access.claims).toHaveLength(5);
  const study = await data("a", "fig-08");
  const rewards = study.rows.filter((row: { panel: string }) => row.panel === "rewardMs");
  expect(rewards.map((row: { count: number }) => row.count)).toEqual(rewards.map(() => 2));
});

test("the forms of weights are compared with float32 seed by seed", async () => {
  await reproduce("c", [11]);
  const { rows } = await data("c", "fig-11");
  const means = (panel: string) =>
    rows
      .filter((row: { panel: string }) => row.panel === panel)
      .map((row: { mean: number }) => row.mean);
  expect(means("reward above float32's (%)")[0]).toBe(0);
  expect(means("update (kB)")).toHaveLength(5);
});

test("a resumed run takes the trainings that were done", async () => {
  await rm(join(directory, "a", "fig-04.json"));
  const unitsDirectory = join(directory, "a", ".units");
  const times = async () =>
    Promise.all(
      (await readdir(unitsDirectory)).map(async (name) => {
        const { mtimeMs } = await stat(join(unitsDirectory, name));
        return [name, mtimeMs];
      }),
    );
  const before = await times();
  await reproduce("a", [4], true);
  expect(await times()).toEqual(before);
  expect(await data("a", "fig-04")).toEqual(await data("b", "fig-04"));
});

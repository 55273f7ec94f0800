import { expect, it } from "vitest";
import { type EpisodeReport, runFederated } from "../../../../learning/experiment/federated-run.ts";
import { smallConfig, smallScenario } from "../small.ts";

const options = {
  scenario: smallScenario,
  config: smallConfig({ exploration: { initial: 0.5 } }),
  episodes: 3,
  seed: 4,
};

it("a federated run updates every site in every slot and repeats itself with the same seed", async () => {
  const reports: EpisodeReport[] = [];
  const runs = [];
  for (const onEpisode of [(r: EpisodeReport) => reports.push(r), () => undefined]) {
    const run = await runFederated({ ...options, onEpisode });
    runs.push({ updates: run.updates, weights: run.learner.generatorWeights() });
    await run.learner.close();
  }
  const perSite = 3 * smallScenario.episodeSlots - (options.config.batchSize - 1);
  expect(runs[0]?.updates).toBe(2 * perSite);
  expect(reports.map(({ episode }) => episode)).toEqual([1, 2, 3]);
  expect(reports.every(({ meanReward }) => meanReward > 0 && meanReward < 2)).toBe(true);
  expect(runs[1]).toEqual(runs[0]);
});

it("a federated run that is told to stop ends with the slot under way", async () => {
  const stop = new AbortController();
  const run = await runFederated({
    ...options,
    episodes: 1000,
    signal: stop.signal,
    onEpisode: () => stop.abort(),
  });
  await run.learner.close();
  expect(run.episodes).toBe(1);
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Weights } from "../../../../core/weights/tensor.ts";
import { readCheckpoint, trainingIdentity } from "../../../../learning/experiment/checkpoint.ts";
import type { EpisodeReport } from "../../../../learning/experiment/episode-tally.ts";
import { evaluateSites } from "../../../../learning/experiment/evaluate-sites.ts";
import {
  SlicingTraining,
  type SlicingTrainingOptions,
} from "../../../../learning/experiment/slicing-training.ts";
import { type SiteRun, trainSites } from "../../../../learning/experiment/train-sites.ts";
import { smallConfig, smallScenario } from "../small.ts";

const options: SlicingTrainingOptions = {
  scenario: smallScenario,
  config: smallConfig({ exploration: { initial: 0.5 }, discount: 0 }),
  shared: "everything",
  seeds: [4],
  updateEverySlots: 1,
};

let open: SlicingTraining[] = [];

async function trained(over: Partial<SlicingTrainingOptions>, episodes = 3) {
  const training = await SlicingTraining.open({ ...options, ...over });
  open.push(training);
  const reports: EpisodeReport[][] = [];
  while (training.episodes < episodes) reports.push(await training.runEpisode());
  return { training, reports };
}

const weightsOf = (training: SlicingTraining, agent = 0): Weights =>
  training.learners.generatorWeights(agent);

afterEach(async () => {
  for (const training of open) await training.close();
  open = [];
});

describe("a slicing training", () => {
  it("updates every learner in every slot and repeats itself with the same seed", async () => {
    const first = await trained({});
    const second = await trained({});
    const updates = first.reports.map(([report]) => report?.updates ?? 0);
    const held = options.config.batchSize - 1;
    expect(updates.reduce((a, b) => a + b, 0)).toBe(2 * (3 * smallScenario.episodeSlots - held));
    expect(second.reports).toEqual(first.reports);
    expect(weightsOf(second.training)).toEqual(weightsOf(first.training));
  });

  it("teaches a seed the same alone as in company", async () => {
    const alone = await trained({ seeds: [5] });
    const together = await trained({ seeds: [4, 5, 6] });
    expect(together.reports.map((reports) => reports[1])).toEqual(
      alone.reports.map(([report]) => report),
    );
    const [agent = 0] = together.training.agentsOf(1);
    expect(weightsOf(together.training, agent)).toEqual(weightsOf(alone.training));
  });

  it("gives all access points the mean where they share, and none where they do not", async () => {
    const shared = await trained({});
    expect(weightsOf(shared.training, 1)).toEqual(weightsOf(shared.training, 0));
    const apart = await trained({ shared: "nothing" });
    expect(weightsOf(apart.training, 1)).not.toEqual(weightsOf(apart.training, 0));
    const personal = await trained({ shared: "all but the last layers" });
    const tensor = (agent: number, name: string) => weightsOf(personal.training, agent).get(name);
    const [hidden, last] = ["generator.hidden.weight", "generator.value.output.bias"];
    expect(tensor(1, hidden as string)).toEqual(tensor(0, hidden as string));
    expect(tensor(1, last as string)).not.toEqual(tensor(0, last as string));
  });

  it("gives every access point the same model in any form, and tells its bytes", async () => {
    const exact = await trained({});
    const exactBytes = exact.reports[2]?.[0]?.updateBytes ?? 0;
    for (const form of ["float16", "int8-delta"] as const) {
      const federation = { uplink: form, downlink: form };
      const { training, reports } = await trained({ federation });
      expect(weightsOf(training, 1)).toEqual(weightsOf(training, 0));
      expect(weightsOf(training)).not.toEqual(weightsOf(exact.training));
      expect(reports[2]?.[0]?.updateBytes).toBeLessThan(exactBytes);
      expect(reports[2]?.[0]?.globalBytes).toBeLessThan(exactBytes);
    }
    const apart = await trained({ shared: "nothing" });
    expect(apart.reports[2]?.[0]).not.toHaveProperty("updateBytes");
  });

  it("updates once in as many slots as it is told to", async () => {
    const { reports } = await trained({ updateEverySlots: 5 }, 1);
    expect(reports[0]?.[0]?.updates).toBe((2 * smallScenario.episodeSlots) / 5);
  });

  it("learns from the system's reward where the scenario says so", async () => {
    const scenario = { ...smallScenario, reward: { delayUnit: "slot", scope: "system" } as const };
    const system = await trained({ scenario }, 1);
    const local = await trained({}, 1);
    expect(system.reports[0]?.[0]?.meanReward).not.toBe(local.reports[0]?.[0]?.meanReward);
    expect(system.reports[0]?.[0]?.meanDelayMs).toBe(local.reports[0]?.[0]?.meanDelayMs);
  });

  it("stops when its losses explode, naming the episode and the seed", async () => {
    const config = smallConfig({ generatorLearningRate: 1, algorithm: "d3qn", width: 64 });
    await expect(trained({ config }, 50)).rejects.toMatchObject({
      code: "LEARNING_DIVERGED",
      facts: { received: expect.stringMatching(/episode \d+, seed 4/) },
    });
  });

  it("evaluates every seed's greedy policies on the same slots", async () => {
    const { training } = await trained({ seeds: [4, 5] });
    const once = await evaluateSites(training, 2, smallScenario, 30, 9);
    expect(await evaluateSites(training, 2, smallScenario, 30, 9)).toEqual(once);
    expect(once).toHaveLength(2);
    for (const { satisfaction, meanDelayMs, rewardMs } of once) {
      expect(satisfaction).toBeGreaterThan(0);
      expect(meanDelayMs).toBeGreaterThan(0);
      expect(rewardMs).toBeLessThan(1.86);
    }
  });
});

describe("a training run with files", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "train-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const run = (name: string, over: Partial<SiteRun> = {}): SiteRun => ({
    options: { ...options, seeds: [4, 5] },
    episodes: 6,
    directory: join(directory, name),
    checkpointEveryEpisodes: 2,
    resume: false,
    evaluationSlots: 20,
    evaluationSeed: 7,
    record: {},
    ...over,
  });
  const whole = { stopped: () => false, onEpisode: () => undefined };
  const stoppedAfter = (episodes: number) => {
    let done = 0;
    return { stopped: () => done >= episodes, onEpisode: () => void done++ };
  };
  const bytes = (name: string, file: string) => readFile(join(directory, name, "seed-5", file));

  it.each(["float32", "int8-delta"] as const)(
    "that was stopped and resumed ends in the same bytes as one that was not: %s",
    async (form) => {
      const federation = { uplink: form, downlink: form };
      const over = { options: { ...options, seeds: [4, 5], federation } };
      const uninterrupted = await trainSites(run("a", over), whole);
      const stopped = await trainSites(run("b", over), stoppedAfter(3));
      expect(stopped.map(({ episodes, performance }) => [episodes, performance])).toEqual([
        [3, null],
        [3, null],
      ]);
      const resumed = await trainSites(run("b", { ...over, resume: true }), whole);
      expect(resumed.map(({ performance }) => performance)).toEqual(
        uninterrupted.map(({ performance }) => performance),
      );
      for (const file of ["policy.onnx", "checkpoint.safetensors", "metrics.jsonl"]) {
        expect((await bytes("b", file)).equals(await bytes("a", file))).toBe(true);
      }
    },
  );

  it("refuses a checkpoint of another scenario, and leaves it", async () => {
    await trainSites(run("c", { episodes: 1 }), whole);
    const before = await bytes("c", "checkpoint.safetensors");
    const scenario = { ...smallScenario, alpha: 0.4 };
    const other = run("c", { resume: true, options: { ...options, seeds: [4, 5], scenario } });
    await expect(trainSites(other, whole)).rejects.toMatchObject({ code: "STATE_INVALID" });
    expect(await bytes("c", "checkpoint.safetensors")).toEqual(before);
  });

  it("refuses to go on with seeds that have not come as far", async () => {
    await trainSites(run("e", { options, episodes: 1 }), whole);
    await expect(trainSites(run("e", { resume: true }), whole)).rejects.toMatchObject({
      code: "STATE_INVALID",
      facts: { received: "episodes 1, 0" },
    });
  });

  it("refuses a checkpoint that is none", async () => {
    await trainSites(run("d", { episodes: 1 }), whole);
    const path = join(directory, "d", "seed-4", "checkpoint.safetensors");
    await writeFile(path, "not a checkpoint");
    const identity = trainingIdentity(options, 4);
    await expect(readCheckpoint(path, identity)).rejects.toMatchObject({
      code: "STATE_INVALID",
      facts: { consequence: expect.stringMatching(/left as it is/) },
    });
  });
});

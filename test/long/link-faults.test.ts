import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { pairedDifference } from "../../learning/experiment/statistics/paired.ts";
import { LinkTrial } from "../integration/link-trial.ts";

const keepaliveS = 5;
const soonMs = 10_000;
const warmUpMs = 90_000;
const settlingMs = 20_000;

/** Median of the resident set over a while, MiB. */
async function settledMiB(trial: LinkTrial): Promise<number> {
  const readings: number[] = [];
  const untilMs = performance.now() + settlingMs;
  while (performance.now() < untilMs) {
    readings.push(trial.residentMiB);
    await sleep(200);
  }
  return readings.toSorted((a, b) => a - b)[Math.floor(readings.length / 2)] as number;
}

it("keeps slots, memory and rounds through loss, blackhole, half-open TCP and broker restarts", async () => {
  const trial = new LinkTrial(keepaliveS);
  await trial.start();
  const { link } = trial;
  await sleep(warmUpMs);
  const beforeMiB = await settledMiB(trial);
  const fromMs = Date.now();
  const heard: Record<string, number> = {};
  const inRound: Record<string, number> = {};
  const noticed: Record<string, number> = {};
  const returned = async (fault: string) => {
    const { telemetryMs, roundMs } = await trial.resumption();
    heard[fault] = telemetryMs;
    inRound[fault] = roundMs;
    await sleep(5000);
  };

  const roundBefore = trial.roundTaken;
  link.lose(20);
  await sleep(60_000);
  const roundsWithLoss = trial.roundTaken - roundBefore;
  link.mend();
  await returned("20 % loss for 60 s");

  link.blackhole();
  const silentAtMs = Date.now();
  noticed.blackhole = (await trial.noticedAtMs(silentAtMs)) - silentAtMs;
  await sleep(30_000 - noticed.blackhole);
  link.mend();
  await returned("blackhole for 30 s");

  link.blackhole();
  await trial.restartBroker();
  await sleep(3000);
  link.mend();
  await returned("half-open for 3 s");

  link.blackhole();
  await trial.restartBroker();
  await sleep(3000);
  link.swallowResets();
  await returned("half-open for 3 s, resets swallowed");
  link.mend();

  await trial.restartBroker();
  await returned("broker restart");

  const missesMore = pairedDifference(trial.missesInPairs(fromMs, 10_000));
  const grownMiB = (await settledMiB(trial)) - beforeMiB;
  const figures = { roundsWithLoss, noticed, heard, inRound, grownMiB, missesMore };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  expect(roundsWithLoss).toBeGreaterThan(0);
  expect(noticed.blackhole).toBeLessThan(1500 * keepaliveS + 500);
  for (const ms of Object.values(heard)) expect(ms).toBeLessThan(soonMs);
  expect(grownMiB).toBeLessThan(32);
  expect(missesMore?.low).toBeLessThanOrEqual(0);
});

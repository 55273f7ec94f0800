import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { mean } from "../../learning/experiment/statistics/interval.ts";
import { linkFaultsUnavailable } from "./faulty-link.ts";
import { LinkTrial } from "./link-trial.ts";

const missing = linkFaultsUnavailable();
if (missing !== undefined) process.stderr.write(`link fault tests are skipped: ${missing}\n`);

const keepaliveS = 2;
const soonMs = 10_000;

/** Memory, and lateness with an interval, need longer: `npm run test:long -- link-faults`. */
describe.skipIf(missing !== undefined)("a learning agent on a bad link", () => {
  it("is as punctual as its twin on a good one and joins rounds soon after each fault", {
    timeout: 150_000,
  }, async () => {
    const trial = new LinkTrial(keepaliveS);
    await trial.start();
    const fromMs = Date.now();

    trial.link.lose(20);
    await sleep(5000);
    trial.link.mend();
    expect((await trial.resumption()).roundMs).toBeLessThan(soonMs);

    trial.link.blackhole();
    const silentAtMs = Date.now();
    const noticedMs = (await trial.noticedAtMs(silentAtMs)) - silentAtMs;
    expect(noticedMs).toBeLessThan(1500 * keepaliveS + 500);
    await trial.restartBroker();
    trial.link.mend();
    expect((await trial.resumption()).roundMs).toBeLessThan(soonMs);

    await trial.restartBroker();
    expect((await trial.resumption()).roundMs).toBeLessThan(soonMs);

    const misses = trial.missesInPairs(fromMs, 1000);
    const [ours, twins] = [misses.map(([m]) => m), misses.map(([, m]) => m)];
    expect(mean(ours)).toBeLessThanOrEqual(2 * mean(twins) + 20);
  });
});

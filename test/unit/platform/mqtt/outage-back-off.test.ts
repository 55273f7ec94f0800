import { expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { OutageBackOff } from "../../../../platform/mqtt/outage-back-off.ts";

const bounds = { firstMs: 2000, capMs: 60_000 };

it("waits for at most the first bound and a sixth of the outage, up to the cap", () => {
  const backOff = new OutageBackOff(bounds, () => 1);
  const bound = [0, 6000, 30_000, 300_000, 3_600_000].map((ms) => backOff.nextDelayMs(ms));
  expect(bound).toEqual([2000, 3000, 7000, 52_000, 60_000]);
});

it("draws uniformly below the bound", () => {
  const draws = [0, 0.25, 0.5].map((u) => new OutageBackOff(bounds, () => u).nextDelayMs(7));
  expect(draws).toEqual([0, 500, 1000]);
});

it("starts over once the peer was there", () => {
  const backOff = new OutageBackOff(bounds, () => 1);
  backOff.nextDelayMs(0);
  expect(backOff.nextDelayMs(60_000)).toBe(12_000);
  backOff.reset();
  expect(backOff.nextDelayMs(200_000)).toBe(2000);
});

/** When a SYN of a try goes out, ms after its start, on a kernel that doubles; it ends after 5 s. */
const synsMs = [0, 1000, 3000];
const patienceMs = 5000;

it("finds a peer that was away for up to 30 s within 10 s, whatever it draws", () => {
  const random = createRandom(1, 1);
  let latestMs = 0;
  for (let run = 0; run < 20_000; run++) {
    const backOff = new OutageBackOff(bounds, () => random.uniform());
    const returnMs = 30_000 * random.uniform();
    let startMs = backOff.nextDelayMs(0);
    const answered = () => synsMs.map((ms) => startMs + ms).find((ms) => ms >= returnMs);
    while (answered() === undefined) {
      startMs += patienceMs + backOff.nextDelayMs(startMs + patienceMs);
    }
    latestMs = Math.max(latestMs, (answered() as number) - returnMs);
  }
  expect(latestMs).toBeGreaterThan(6000);
  expect(latestMs).toBeLessThan(10_000);
});

import { afterEach, expect, it } from "vitest";
import { KilledAggregator } from "../integration/killed-aggregator.ts";

let aggregator: KilledAggregator;
afterEach(() => aggregator.stop());

it.each([
  { kills: 160, embedded: false, broker: "a broker of its own" },
  { kills: 40, embedded: true, broker: "its embedded broker" },
])(
  "loses no round to $kills kill -9, with $broker, and has every agent back within two",
  async ({ kills, embedded }) => {
    aggregator = new KilledAggregator(5, embedded);
    await aggregator.start();
    const report = await aggregator.run(kills);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report).toMatchObject({ kills, lost: [], uneven: [], wrongAnnouncements: 0 });
    expect(report.starting).toBeGreaterThan(kills / 20);
    expect(report.halfWritten).toBeGreaterThan(0);
    expect(report.versions).toBeGreaterThan(kills);
    expect(report.roundsToRejoin).toBeLessThanOrEqual(2);
    expect(report.restartMs.max).toBeLessThanOrEqual(3000);
  },
);

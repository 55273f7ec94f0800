import { afterEach, expect, it } from "vitest";
import { KilledAggregator } from "./killed-aggregator.ts";

let aggregator: KilledAggregator;
afterEach(() => aggregator.stop());

it.each([
  { broker: "a broker of its own", embedded: false },
  { broker: "its embedded broker", embedded: true },
])("an aggregator with $broker loses no round to kill -9", async ({ embedded }) => {
  aggregator = new KilledAggregator(1, embedded);
  await aggregator.start();
  const report = await aggregator.run(6);
  expect(report).toMatchObject({ kills: 6, lost: [], uneven: [], wrongAnnouncements: 0 });
  expect(report.roundsToRejoin).toBeLessThanOrEqual(2);
});

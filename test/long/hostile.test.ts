import { expect, it } from "vitest";
import { hostileRun } from "../fixtures/hostile/hostile-run.ts";

it.each([
  { slots: 1_000_000, seed: 1, observations: false },
  { slots: 100_000, seed: 2, observations: true },
])(
  "writes nothing outside limits and slew in $slots slots, hostile observations: $observations",
  async (options) => {
    const report = await hostileRun({ ...options, slotsBetweenDeaths: 50_000 });
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report).toMatchObject({ outsideLimits: 0, aboveSlew: 0, exceptions: 0 });
    expect(report.changes).toBeGreaterThan(options.slots / 20);
  },
);

import { expect, it } from "vitest";
import { hostileRun } from "../../../fixtures/hostile/hostile-run.ts";

it.each([false, true])(
  "writes nothing outside limits and slew, whatever a policy answers; hostile observations too: %s",
  async (observations) => {
    const slots = 3000;
    const report = await hostileRun({ slots, seed: 1, observations, slotsBetweenDeaths: 1000 });
    expect(report).toMatchObject({ outsideLimits: 0, aboveSlew: 0, exceptions: 0 });
    expect(report.changes).toBeGreaterThan(slots / 20);
    expect(report.byPolicy).toBeGreaterThan(slots / 20);
  },
);

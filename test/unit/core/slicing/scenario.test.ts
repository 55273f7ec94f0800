import { describe, expect, it } from "vitest";
import { paperScenario, slicingScenarioSchema } from "../../../../core/slicing/scenario.ts";
import { bandwidthShareMhz } from "../../../../core/slicing/share.ts";

describe("slicingScenarioSchema", () => {
  it("refuses probabilities that do not sum to 1", () => {
    const slices = paperScenario.slices.map((slice) => ({ ...slice, probability: 0.5 }));
    expect(slicingScenarioSchema.safeParse({ slices }).error?.message).toMatch(/sum to 1.*1\.5/);
  });

  it("refuses more slices than blocks, naming the budget", () => {
    const result = slicingScenarioSchema.safeParse({ bandwidthMhz: 4 });
    expect(result.error?.message).toMatch(/bandwidth budget has 2/);
  });

  it("refuses a range of users upside down", () => {
    const result = slicingScenarioSchema.safeParse({ fewestUsersPerAccessPoint: 21 });
    expect(result.error?.message).toMatch(/must not exceed usersPerAccessPoint, 20; received 21/);
  });
});

describe("bandwidthShareMhz", () => {
  it("keeps an exact multiple of the unit whole", () => {
    for (let users = 1; users <= 30; users++) {
      const exact = { ...paperScenario, bandwidthBlockMhz: 0.18 * users };
      expect(bandwidthShareMhz(exact, 7, users)).toBeCloseTo(7 * 0.18, 12);
    }
  });
});

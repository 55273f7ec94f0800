import { describe, expect, it } from "vitest";
import { paperScenario } from "../../../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../../../core/slicing/simulation.ts";

describe("SlicingSimulation", () => {
  it("draws the users of an episode between the fewest and the most", () => {
    const scenario = {
      ...paperScenario,
      accessPoints: 1,
      episodeSlots: 2,
      usersPerAccessPoint: 5,
      fewestUsersPerAccessPoint: 3,
    };
    const simulation = new SlicingSimulation(scenario, 1);
    const counts = Array.from({ length: 200 }, () => simulation.next()[0]?.users.length);
    expect(new Set(counts)).toEqual(new Set([3, 4, 5]));
    for (let slot = 0; slot < counts.length; slot += 2) expect(counts[slot + 1]).toBe(counts[slot]);
  });
});

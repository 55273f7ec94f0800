import { describe, expect, it } from "vitest";
import { paperScenario } from "../../../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../../../core/slicing/simulation.ts";
import { drawArrivals } from "../../../../deploy/testbed/traffic/arrivals.ts";

describe("the arrivals of a phase", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(drawArrivals(paperScenario, 3, 50)).toEqual(drawArrivals(paperScenario, 3, 50));
    expect(drawArrivals(paperScenario, 3, 50)).not.toEqual(drawArrivals(paperScenario, 4, 50));
  });

  it("are the users that the model draws", () => {
    const simulation = new SlicingSimulation({ ...paperScenario, accessPoints: 1 }, 3);
    for (const slices of drawArrivals(paperScenario, 3, 20)) {
      expect([...slices]).toEqual(simulation.next()[0]?.users.map((user) => user.slice));
    }
  });
});

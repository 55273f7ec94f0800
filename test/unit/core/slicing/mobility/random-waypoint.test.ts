import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../../core/random.ts";
import type { Area } from "../../../../../core/slicing/mobility/area.ts";
import type { RandomWaypoint } from "../../../../../core/slicing/mobility/mobility-config.ts";
import { RandomWaypointWalk } from "../../../../../core/slicing/mobility/random-waypoint.ts";

const area: Area = { from: { xM: -40, yM: -40 }, to: { xM: 160, yM: 40 } };
const model: RandomWaypoint = {
  model: "random-waypoint",
  minSpeedMPerS: 1,
  maxSpeedMPerS: 10,
  pauseS: 0,
  handoverHysteresisDb: 3,
};

describe("RandomWaypointWalk", () => {
  it("stays in its area and never exceeds its speed", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        fc.double({ min: 5, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (seed, minSpeedMPerS, maxSpeedMPerS, pauseS) => {
          const slotS = 0.5;
          const moving = { ...model, minSpeedMPerS, maxSpeedMPerS, pauseS };
          const walk = new RandomWaypointWalk(moving, area, slotS, createRandom(seed));
          for (let slot = 0; slot < 60; slot++) {
            const before = walk.position;
            walk.step();
            const { xM, yM } = walk.position;
            expect(Math.hypot(xM - before.xM, yM - before.yM)).toBeLessThanOrEqual(
              maxSpeedMPerS * slotS + 1e-9,
            );
            expect(xM >= -40 && xM <= 160 && yM >= -40 && yM <= 40).toBe(true);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("begins in its steady state: slow trips last longer, so the mean speed is the harmonic one", () => {
    const random = createRandom(2);
    const slotS = 1e-3;
    let speed = 0;
    const walks = 6000;
    for (let k = 0; k < walks; k++) {
      const walk = new RandomWaypointWalk(model, area, slotS, random);
      const before = walk.position;
      walk.step();
      const { xM, yM } = walk.position;
      speed += Math.hypot(xM - before.xM, yM - before.yM) / slotS / walks;
    }
    expect(Math.abs(speed / (9 / Math.log(10)) - 1)).toBeLessThan(0.03);
  });

  it("rests at the start for as large a share of walks as of its time", () => {
    const random = createRandom(3);
    const resting = { ...model, minSpeedMPerS: 5, maxSpeedMPerS: 5, pauseS: 20 };
    const still = (walk: RandomWaypointWalk) => {
      const before = walk.position;
      walk.step();
      return walk.position.xM === before.xM;
    };
    let atStart = 0;
    for (let k = 0; k < 4000; k++) {
      atStart += still(new RandomWaypointWalk(resting, area, 1e-6, random)) ? 1 / 4000 : 0;
    }
    const long = new RandomWaypointWalk(resting, area, 0.5, random);
    let rests = 0;
    for (let slot = 0; slot < 40_000; slot++) rests += still(long) ? 1 : 0;
    expect(Math.abs(atStart - rests / 40_000)).toBeLessThan(0.04);
  });
});

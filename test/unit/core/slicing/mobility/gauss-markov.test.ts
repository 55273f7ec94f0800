import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../../core/random.ts";
import { fold, GaussMarkovWalk } from "../../../../../core/slicing/mobility/gauss-markov.ts";
import type { GaussMarkov } from "../../../../../core/slicing/mobility/mobility-config.ts";

const area = { from: { xM: 0, yM: 0 }, to: { xM: 1000, yM: 1000 } };
const model: GaussMarkov = {
  model: "gauss-markov",
  meanSpeedMPerS: 6,
  speedDeviationMPerS: 2,
  memoryS: 1,
  handoverHysteresisDb: 3,
};

describe("fold", () => {
  it("reflects at both borders as often as needed", () => {
    expect([-1, 0, 3, 10, 12, 21, -13].map((m) => fold(m, 0, 10))).toEqual([1, 0, 3, 10, 8, 1, 7]);
  });

  it("stays between the borders and never moves further than the way itself", () => {
    const metres = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(metres, metres, (a, b) => {
        const [x, y] = [fold(a, -40, 160), fold(b, -40, 160)];
        expect(x >= -40 && x <= 160).toBe(true);
        expect(Math.abs(x - y)).toBeLessThanOrEqual(Math.abs(a - b) + 1e-9);
      }),
    );
  });
});

describe("GaussMarkovWalk", () => {
  it("has the mean square speed v̄² + 2σ² from its first slot on", () => {
    const random = createRandom(4);
    const slotS = 0.01;
    const sums = [0, 0];
    const walks = 4000;
    for (let k = 0; k < walks; k++) {
      const walk = new GaussMarkovWalk(model, area, slotS, random);
      for (const [at, steps] of [1, 200].entries()) {
        for (let s = 1; s < steps; s++) walk.step();
        const before = walk.position;
        walk.step();
        const { xM, yM } = walk.position;
        const speed = Math.hypot(xM - before.xM, yM - before.yM) / slotS;
        sums[at] = (sums[at] as number) + speed ** 2 / walks;
      }
    }
    for (const square of sums) expect(Math.abs(square / (36 + 8) - 1)).toBeLessThan(0.05);
  });

  it("stands still without speed", () => {
    const still = { ...model, meanSpeedMPerS: 0, speedDeviationMPerS: 0 };
    const walk = new GaussMarkovWalk(still, area, 0.01, createRandom(1));
    const before = walk.position;
    for (let slot = 0; slot < 100; slot++) walk.step();
    expect(walk.position).toEqual(before);
  });
});

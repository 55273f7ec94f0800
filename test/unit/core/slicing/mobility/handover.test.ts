import fc from "fast-check";
import { expect, it } from "vitest";
import { pathLossDb } from "../../../../../core/radio.ts";
import { servingAccessPoint } from "../../../../../core/slicing/mobility/handover.ts";
import { distanceToKm } from "../../../../../core/slicing/mobility/line.ts";
import { paperScenario } from "../../../../../core/slicing/scenario.ts";

it("a user is handed over where the other's path loss is 3 dB lower: past 21.83 m of 40", () => {
  const serving = (xM: number) => servingAccessPoint(paperScenario, { xM, yM: 0 }, 0, 3);
  expect([19, 21, 21.8].map(serving)).toEqual([0, 0, 0]);
  expect([21.9, 30, 70].map(serving)).toEqual([1, 1, 2]);
});

it("without hysteresis the nearest serves", () => {
  const serving = (xM: number) => servingAccessPoint(paperScenario, { xM, yM: 9 }, 0, 0);
  expect([19.9, 20.1, 100.1, 500].map(serving)).toEqual([0, 1, 3, 3]);
});

it("nobody is served with more than the hysteresis above the least path loss", () => {
  const metres = fc.double({ min: -40, max: 160, noNaN: true });
  fc.assert(
    fc.property(
      metres,
      metres,
      fc.nat(3),
      fc.double({ min: 0, max: 9, noNaN: true }),
      (x, y, b, h) => {
        const position = { xM: x, yM: y };
        const losses = [0, 1, 2, 3].map((c) =>
          pathLossDb(distanceToKm(paperScenario, c, position)),
        );
        const serving = servingAccessPoint(paperScenario, position, b, h);
        expect(losses[serving] as number).toBeLessThanOrEqual(Math.min(...losses) + h + 1e-9);
      },
    ),
  );
});

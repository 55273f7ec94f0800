import { expect, it } from "vitest";
import { backOffDelayMs } from "../../../../platform/mqtt/back-off.ts";

const backOff = { firstMs: 300, capMs: 5000 };

it("doubles the bound with every failure up to the cap", () => {
  const bounds = [0, 1, 2, 3, 4, 5, 2000].map((n) => backOffDelayMs(backOff, n, 1));
  expect(bounds).toEqual([300, 600, 1200, 2400, 4800, 5000, 5000]);
});

it("draws uniformly below the bound", () => {
  expect([0, 0.25, 0.5].map((u) => backOffDelayMs(backOff, 0, u))).toEqual([0, 75, 150]);
});

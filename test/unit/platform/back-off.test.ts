import { expect, it } from "vitest";
import { BackOff } from "../../../platform/back-off.ts";

const bounds = { firstMs: 300, capMs: 5000 };

it("doubles the bound with every failure up to the cap", () => {
  const backOff = new BackOff(bounds, () => 1);
  const delays = Array.from({ length: 6 }, () => backOff.nextDelayMs());
  expect(delays).toEqual([300, 600, 1200, 2400, 4800, 5000]);
});

it("draws uniformly below the bound", () => {
  const draws = [0, 0.25, 0.5].map((u) => new BackOff(bounds, () => u).nextDelayMs());
  expect(draws).toEqual([0, 75, 150]);
});

it("starts over after a success", () => {
  const backOff = new BackOff(bounds, () => 1);
  backOff.nextDelayMs();
  backOff.nextDelayMs();
  backOff.reset();
  expect(backOff.nextDelayMs()).toBe(300);
});

import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../../../../core/random.ts";
import { createArrivalProcess } from "../../../../../core/slicing/arrivals/arrival-process.ts";

const count = 40_000;

function drawn(next: (random: Random) => number): number[] {
  const random = createRandom(8);
  return Array.from({ length: count }, () => next(random));
}

function moments(values: readonly number[]) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

const bursty = {
  model: "bursty",
  calmTasksPerUserSlot: 0.5,
  burstTasksPerUserSlot: 3,
  meanCalmSlots: 30,
  meanBurstSlots: 10,
  maxQueuedTasks: 8,
} as const;

describe("arrivals", () => {
  it("of a Poisson process have its mean as mean and variance", () => {
    const process = createArrivalProcess({
      model: "poisson",
      tasksPerUserSlot: 1.7,
      maxQueuedTasks: 8,
    });
    const { mean, variance } = moments(drawn((random) => process.tasks(random)));
    expect(Math.abs(mean / 1.7 - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance / 1.7 - 1)).toBeLessThan(0.04);
  });

  it("come in bursts: the stationary mean, more variance, and neighbours alike", () => {
    const process = createArrivalProcess(bursty);
    const values = drawn((random) => process.tasks(random));
    const { mean, variance } = moments(values);
    // A quarter of the slots are in bursts: 1.125 tasks; 0.25 · 0.75 · 2.5² more variance.
    expect(Math.abs(mean / 1.125 - 1)).toBeLessThan(0.08);
    expect(Math.abs(variance / (1.125 + 1.171_875) - 1)).toBeLessThan(0.1);
    const covariance =
      values.slice(1).reduce((sum, v, i) => sum + (v - mean) * ((values[i] as number) - mean), 0) /
      (count - 1);
    // A state outlives a slot with the factor 1 − 1/30 − 1/10.
    expect(Math.abs(covariance / (1.171_875 * (1 - 1 / 30 - 1 / 10)) - 1)).toBeLessThan(0.15);
  });

  it("begin in the stationary state", () => {
    const { mean } = moments(drawn((random) => createArrivalProcess(bursty).tasks(random)));
    expect(Math.abs(mean / 1.125 - 1)).toBeLessThan(0.03);
  });
});

import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import {
  estimate,
  estimateDifference,
  mean,
  quantile,
} from "../../../../deploy/testbed/batch-interval.ts";

function drawn(seed: number, batches: number, perBatch: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: batches }, () =>
    Array.from({ length: perBatch }, () => random.uniform()),
  );
}

describe("the interval by batches", () => {
  it("is Student's interval of the batch means", () => {
    const { value, low, high } = estimate([[1], [2], [3]], mean);
    expect(value).toBe(2);
    expect(high - value).toBeCloseTo(4.303 / Math.sqrt(3), 10);
    expect(value - low).toBeCloseTo(high - value, 10);
  });

  it("covers the true mean about as often as it says", () => {
    let covered = 0;
    for (let seed = 0; seed < 400; seed++) {
      const { low, high } = estimate(drawn(seed, 20, 10), mean);
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
    expect(covered / 400).toBeLessThan(0.98);
  });

  it("passes empty batches over and gives no interval for a single one", () => {
    expect(estimate([[], [4], [], [6]], mean).value).toBe(5);
    expect(estimate([[4, 6]], mean).high).toBeNaN();
  });

  it("takes a quantile as the value that this share does not exceed", () => {
    expect(quantile(0.5)([4, 1, 3, 2])).toBe(2);
    expect(quantile(0.95)(Array.from({ length: 100 }, (_, i) => i + 1))).toBe(95);
  });

  it("pairs differences, so that what both have in common drops out", () => {
    const loads = [1, 50, 7, 23];
    const a = loads.map((load) => [load + 0.5]);
    const b = loads.map((load) => [load]);
    const { value, low, high } = estimateDifference(a, b, mean);
    expect(value).toBeCloseTo(0.5, 12);
    expect(high - low).toBeLessThan(1e-9);
  });
});

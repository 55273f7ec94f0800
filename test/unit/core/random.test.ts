import { describe, expect, it } from "vitest";
import { createRandom, exponential } from "../../../core/random.ts";

describe("createRandom", () => {
  it("repeats a sequence for the same seed and stream only", () => {
    const draw = (seed: number, stream?: number) => {
      const random = createRandom(seed, stream);
      return Array.from({ length: 8 }, () => random.uniform());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1, 0)).not.toEqual(draw(1, 1));
  });

  it("is uniform in [0, 1) within sampling error", () => {
    const random = createRandom(9);
    const bins = new Array<number>(16).fill(0);
    for (let i = 0; i < 64_000; i++) {
      const value = random.uniform();
      expect(value >= 0 && value < 1).toBe(true);
      const bin = Math.floor(value * 16);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const chiSquare = bins.reduce((sum, n) => sum + (n - 4000) ** 2 / 4000, 0);
    expect(chiSquare).toBeLessThan(37.7);
  });

  it("gives exponentials of mean 1", () => {
    const random = createRandom(4);
    let sum = 0;
    for (let i = 0; i < 20_000; i++) sum += exponential(random);
    expect(Math.abs(sum / 20_000 - 1)).toBeLessThan(0.03);
  });
});

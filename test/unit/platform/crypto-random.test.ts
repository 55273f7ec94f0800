import { describe, expect, it } from "vitest";
import { createCryptoRandom } from "../../../platform/crypto-random.ts";

const draws = (count: number) => {
  const random = createCryptoRandom();
  return Array.from({ length: count }, () => random.uniform());
};

describe("cryptographic chance", () => {
  it("is uniform in [0, 1)", () => {
    const values = draws(50_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.reduce((a, b) => a + b, 0) / values.length).toBeCloseTo(0.5, 1.5);
    const inEach = Array.from({ length: 10 }, (_, i) =>
      values.filter((value) => Math.floor(value * 10) === i),
    );
    for (const { length } of inEach) expect(length / 5000).toBeCloseTo(1, 0.5);
  });

  it("never repeats, within a source or in another", () => {
    const values = [...draws(20_000), ...draws(20_000)];
    expect(new Set(values).size).toBe(values.length);
  });
});

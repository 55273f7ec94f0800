import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { epsilonOf, gaussianRho } from "../../../../core/privacy/gaussian-accountant.ts";

interface Vector {
  readonly noiseMultiplier: number;
  readonly rounds: number;
  readonly delta: number;
  readonly accountant: number;
  readonly exact: number;
}

/** Made by gaussian-accountant.py beside it. */
const vectors = JSON.parse(
  readFileSync(new URL("../../../fixtures/gaussian-accountant.json", import.meta.url), "utf8"),
) as Vector[];

describe("the accountant of Gaussian releases", () => {
  it.each(vectors)(
    "states dp-accounting's ε for z = $noiseMultiplier, $rounds rounds, δ = $delta",
    ({ noiseMultiplier, rounds, delta, accountant, exact }) => {
      const epsilon = epsilonOf(rounds * gaussianRho(noiseMultiplier), delta);
      expect(epsilon / accountant).toBeCloseTo(1, 5);
      expect(epsilon).toBeGreaterThan(exact);
    },
  );

  it("grows with every release and shrinks with the noise and with δ", () => {
    const at = (rho: number, delta = 1e-5) => epsilonOf(rho, delta);
    expect(at(0)).toBe(0);
    expect(at(0.2)).toBeGreaterThan(at(0.1));
    expect(at(gaussianRho(2))).toBeLessThan(at(gaussianRho(1)));
    expect(at(0.1, 1e-3)).toBeLessThan(at(0.1, 1e-5));
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { conformance } from "../../../../core/conformance.ts";
import { energyConformance } from "../../../../core/energy/conformance.ts";

const vectors = JSON.parse(
  readFileSync(new URL("../../../fixtures/energy-vectors.json", import.meta.url), "utf8"),
);

describe("energyConformance", () => {
  it("recomputes every value of independently computed vectors to 1e-9", () => {
    const report = energyConformance(vectors);
    expect(report.values).toBeGreaterThan(1000);
    expect(report.maxRelativeError).toBeLessThan(1e-9);
  });

  it("notices a violation that should not be there", () => {
    const wrong = structuredClone(vectors);
    const feasible = wrong.cases.findIndex(
      (entry: { expected: { violated: string[] } }) => entry.expected.violated.length === 0,
    );
    wrong.cases[feasible].decision[0].powerW = 99;
    expect(energyConformance(wrong).maxRelativeError).toBeGreaterThanOrEqual(1);
  });
});

describe("conformance", () => {
  it("tells the two systems' files apart", () => {
    expect(conformance(vectors).system).toBe("energy");
  });

  it("refuses a file of neither", () => {
    expect(() => conformance([])).toThrow(/vector file/);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { slicingConformance } from "../../../../core/slicing/conformance.ts";

const vectors = JSON.parse(
  readFileSync(new URL("../../../fixtures/slicing-vectors.json", import.meta.url), "utf8"),
);

describe("slicingConformance", () => {
  it("recomputes every value of independently computed vectors to 1e-9", () => {
    const report = slicingConformance(vectors);
    expect(report.values).toBeGreaterThan(1000);
    expect(report.maxRelativeError).toBeLessThan(1e-9);
  });

  it("names the place of a value that is off", () => {
    const wrong = structuredClone(vectors);
    wrong.cases[1].expected.meanDelayMs *= 1 + 1e-6;
    const report = slicingConformance(wrong);
    expect(report.maxRelativeError).toBeGreaterThan(1e-7);
    expect(report.worst).toBe("/1/meanDelayMs");
  });

  it("counts a flipped satisfaction as a full error", () => {
    const wrong = structuredClone(vectors);
    const user = wrong.cases[0].expected.users[0];
    user.satisfied = !user.satisfied;
    expect(slicingConformance(wrong).maxRelativeError).toBe(1);
  });

  it("refuses a file of another kind with what it lacks", () => {
    expect(() => slicingConformance({ parameters: {}, cases: [] })).toThrow(/slicing vector file/);
  });
});

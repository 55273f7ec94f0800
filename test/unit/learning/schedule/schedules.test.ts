import { describe, expect, it } from "vitest";
import { learnerConfigSchema } from "../../../../learning/algorithms/learner-config.ts";
import { edgeLearnerSchema } from "../../../../learning/presets.ts";
import { explorationRate } from "../../../../learning/schedule/exploration.ts";
import { learningRateFactor } from "../../../../learning/schedule/learning-rate.ts";

const config = learnerConfigSchema.parse({});

describe("schedules", () => {
  it("let exploration decay as 0.01 + 0.99 e^(−t/3000)", () => {
    expect(explorationRate(config.exploration, 0)).toBe(1);
    expect(explorationRate(config.exploration, 3000)).toBeCloseTo(0.01 + 0.99 / Math.E, 12);
    expect(explorationRate(config.exploration, 1e9)).toBe(0.01);
  });

  it("divide learning rates by ten every 300 episodes", () => {
    const factors = [0, 299, 300, 899].map((e) => learningRateFactor(config.learningRateDecay, e));
    expect(factors).toEqual([1, 1, 0.1, 0.1 ** 2]);
  });
});

describe("the learner's configuration", () => {
  it("takes Table 1 and A8 as its defaults", () => {
    expect(config).toMatchObject({
      head: "joint",
      width: 256,
      particles: 30,
      discount: 0.8,
      criticSteps: 5,
      adam: { beta1: 0.5, beta2: 0.999 },
    });
  });

  it("lists every fault, unknown keys included", () => {
    const result = learnerConfigSchema.safeParse({
      discount: 1,
      width: 3,
      depth: 2,
      adam: { beta: 1 },
    });
    expect(
      result.error?.issues.map(({ path, code }) => `${path.join(".")} ${code}`).sort(),
    ).toEqual([
      " unrecognized_keys",
      "adam unrecognized_keys",
      "discount too_big",
      "width not_multiple_of",
    ]);
  });

  it("lets a preset stand below given values, section by section", () => {
    const merged = edgeLearnerSchema.parse({ width: 64, exploration: { final: 0.05 } });
    expect(merged).toMatchObject({
      head: "slice",
      width: 64,
      exploration: { final: 0.05, decaySlots: edgeLearnerSchema.parse({}).exploration.decaySlots },
    });
    expect(edgeLearnerSchema.safeParse({ head: "tree" }).success).toBe(false);
    expect(edgeLearnerSchema.safeParse(7).success).toBe(false);
  });
});

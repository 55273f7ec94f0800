import { describe, expect, it } from "vitest";
import { learnerConfigSchema } from "../../../../learning/algorithms/learner-config.ts";
import { AdaptiveSettings } from "../../../../learning/schedule/adaptive-settings.ts";

const parse = (over: Record<string, unknown>) =>
  learnerConfigSchema.parse({ algorithm: "ddql", ...over });

describe("settings that adapt", () => {
  it("follow their schedules, whatever updates say, unless they are told to adapt", () => {
    const settings = new AdaptiveSettings(parse({}));
    settings.follow({ tdLoss: 5, rateFactor: 1.5, targetRms: 1 });
    expect(settings.learningRate(0)).toBe(1e-3);
    expect(settings.learningRate(300)).toBeCloseTo(1e-4, 12);
    expect(settings.explorationRate(3000)).toBeCloseTo(0.01 + 0.99 / Math.E, 12);
  });

  it("are refused for the algorithm that has none", () => {
    const algorithm = "d3qn-gan";
    expect(learnerConfigSchema.safeParse({ algorithm, adaptiveExploration: {} }).success).toBe(
      false,
    );
    expect(learnerConfigSchema.safeParse({ algorithm }).success).toBe(true);
  });

  it("multiply the learning rate by each update's factor, within its limits and without decay", () => {
    const adaptiveLearningRate = { smallest: 5e-4, largest: 2e-3 };
    const settings = new AdaptiveSettings(parse({ adaptiveLearningRate }));
    settings.follow({ tdLoss: 1, rateFactor: 1.5 });
    expect(settings.learningRate(900)).toBeCloseTo(1.5e-3, 12);
    settings.follow({ tdLoss: 1, rateFactor: 1.5 });
    expect(settings.learningRate(0)).toBe(2e-3);
    for (let i = 0; i < 9; i++) settings.follow({ tdLoss: 1, rateFactor: 0.5 });
    expect(settings.learningRate(0)).toBe(5e-4);
  });

  it("explore by how much of the targets the values leave unexplained, in any unit", () => {
    const adaptiveExploration = { gain: 0.5, sensitivity: 0.5, smallest: 0.05 };
    const first = (scale: number) => {
      const settings = new AdaptiveSettings(
        parse({ adaptiveExploration, exploration: { initial: 0.1 } }),
      );
      settings.follow({ tdLoss: 0.5 * scale ** 2, targetRms: scale });
      return settings;
    };
    const wanted = (1 - Math.exp(-2)) / (1 + Math.exp(-2));
    expect(first(1).explorationRate(0)).toBeCloseTo(0.1 + 0.5 * (wanted - 0.1), 12);
    expect(first(1000).explorationRate(0)).toBeCloseTo(first(1).explorationRate(0), 12);
    const learned = first(1);
    for (let i = 0; i < 20; i++) learned.follow({ tdLoss: 0, targetRms: 1 });
    expect(learned.explorationRate(0)).toBe(0.05);
  });
});

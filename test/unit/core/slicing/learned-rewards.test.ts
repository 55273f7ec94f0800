import { expect, it } from "vitest";
import { learnedRewards } from "../../../../core/slicing/learned-rewards.ts";
import { paperScenario } from "../../../../core/slicing/scenario.ts";

const good = { meanDelayMs: 1, satisfaction: 1 };
const bad = { meanDelayMs: 3, satisfaction: 0 };
const worth = (delayMs: number, share: number) => 0.5 * Math.exp(-delayMs) + 0.5 * Math.exp(share);
const system = { ...paperScenario, reward: { delayUnit: "ms", scope: "system" } } as const;

it("an access point without demand learns from the system's reward, which it does not change", () => {
  const [first, second, idle] = learnedRewards(paperScenario, [good, bad, undefined]);
  expect(first).toBeCloseTo(worth(1, 1), 12);
  expect(second).toBeCloseTo(worth(3, 0), 12);
  expect(idle).toBeCloseTo(worth(2, 0.5), 12);
});

it("with the system's scope all learn from the mean over those with demand", () => {
  const rewards = learnedRewards(system, [good, bad, undefined]);
  for (const value of rewards) expect(value).toBeCloseTo(worth(2, 0.5), 12);
});

it("a system without any demand is served at once", () => {
  for (const scenario of [paperScenario, system]) {
    const rewards = learnedRewards(scenario, [undefined, undefined]);
    for (const value of rewards) expect(value).toBeCloseTo(worth(0, 1), 12);
  }
});

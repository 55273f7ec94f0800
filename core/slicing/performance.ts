import type { Outcome } from "./outcome.ts";
import { reward } from "./reward.ts";
import type { SlicingScenario } from "./scenario.ts";

/**
 * Means over slots and access points, those without any demand left out; rewards are each access
 * point's own (A7 `local`).
 */
export interface Performance {
  readonly meanDelayMs: number;
  readonly satisfaction: number;
  readonly rewardMs: number;
  readonly rewardSlot: number;
}

/** What one access point's slot was worth, in every measure of a `Performance`. */
export function performanceOf(scenario: SlicingScenario, outcome: Outcome): Performance {
  return {
    meanDelayMs: outcome.meanDelayMs,
    satisfaction: outcome.satisfaction,
    rewardMs: reward(scenario, outcome, "ms"),
    rewardSlot: reward(scenario, outcome, "slot"),
  };
}

/** Means of at least one. */
export function meanPerformance(performances: readonly Performance[]): Performance {
  const mean = (of: (performance: Performance) => number) =>
    performances.reduce((sum, performance) => sum + of(performance), 0) / performances.length;
  return {
    meanDelayMs: mean((p) => p.meanDelayMs),
    satisfaction: mean((p) => p.satisfaction),
    rewardMs: mean((p) => p.rewardMs),
    rewardSlot: mean((p) => p.rewardSlot),
  };
}

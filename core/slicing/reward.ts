import type { Outcome } from "./outcome.ts";
import type { SlicingScenario } from "./scenario.ts";

export type DelayUnit = SlicingScenario["reward"]["delayUnit"];

/** Reward r = α exp(−L) + (1 − α) exp(φ), with L in the given unit (A4). */
export function reward(scenario: SlicingScenario, outcome: Outcome, unit: DelayUnit): number {
  const delay = unit === "ms" ? outcome.meanDelayMs : outcome.meanDelayMs / scenario.slotMs;
  return scenario.alpha * Math.exp(-delay) + (1 - scenario.alpha) * Math.exp(outcome.satisfaction);
}

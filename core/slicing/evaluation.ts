import { createActionSpace } from "./action-space.ts";
import { accessPointOutcome, type Outcome } from "./outcome.ts";
import { createOptimalPolicy } from "./policies/optimal.ts";
import type { SlicingPolicy } from "./policies.ts";
import { reward } from "./reward.ts";
import type { SlicingScenario } from "./scenario.ts";
import { SlicingSimulation } from "./simulation.ts";

/** Means over slots and access points; rewards are each access point's own (A7 `local`). */
export interface Performance {
  readonly meanDelayMs: number;
  readonly satisfaction: number;
  readonly rewardMs: number;
  readonly rewardSlot: number;
}

export interface Evaluation extends Performance {
  readonly policy: string;
  readonly slots: number;
  readonly seed: number;
  readonly users: number;
  /** The full oracle on the same slots. */
  readonly optimal: Performance;
}

/** What one access point's slot was worth, in every measure of a `Performance`. */
export function performanceOf(scenario: SlicingScenario, outcome: Outcome): Performance {
  return {
    ...outcome,
    rewardMs: reward(scenario, outcome, "ms"),
    rewardSlot: reward(scenario, outcome, "slot"),
  };
}

function meanOf(performances: readonly Performance[]): Performance {
  const mean = (of: (performance: Performance) => number) =>
    performances.reduce((sum, performance) => sum + of(performance), 0) / performances.length;
  return {
    meanDelayMs: mean((p) => p.meanDelayMs),
    satisfaction: mean((p) => p.satisfaction),
    rewardMs: mean((p) => p.rewardMs),
    rewardSlot: mean((p) => p.rewardSlot),
  };
}

/** Runs a policy and the full oracle over the same drawn slots of every access point. */
export async function evaluate(
  scenario: SlicingScenario,
  policy: SlicingPolicy,
  slots: number,
  seed: number,
  onSlot: (done: number) => void = () => undefined,
): Promise<Evaluation> {
  const simulation = new SlicingSimulation(scenario, seed);
  const optimal = createOptimalPolicy(scenario, createActionSpace(scenario));
  const own: Performance[] = [];
  const best: Performance[] = [];
  for (let slot = 1; slot <= slots; slot++) {
    for (const { users, observation } of simulation.next()) {
      const allocation = Float64Array.from(await policy.decide(observation, users));
      own.push(performanceOf(scenario, accessPointOutcome(scenario, users, allocation)));
      const oracle = Float64Array.from(await optimal.decide(observation, users));
      best.push(performanceOf(scenario, accessPointOutcome(scenario, users, oracle)));
    }
    onSlot(slot);
  }
  return {
    policy: policy.name,
    slots,
    seed,
    users: scenario.usersPerAccessPoint,
    ...meanOf(own),
    optimal: meanOf(best),
  };
}

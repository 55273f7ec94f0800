import type { Allocation } from "../allocation/allocation.ts";
import type { TaskCounts } from "./arrivals/slot-tally.ts";
import { userDelay } from "./delay.ts";
import type { SlicingScenario } from "./scenario.ts";
import { countUsers, type User } from "./user.ts";

/** What a slot brought one access point or, averaged, the system: equations (6) and (7). */
export interface Outcome {
  /** L_t, ms. */
  readonly meanDelayMs: number;
  /** φ_t, share of satisfied users in [0, 1]. */
  readonly satisfaction: number;
  /** Where tasks queue. */
  readonly tasks?: TaskCounts;
}

/** Mean delay and satisfaction of one access point's users, at least one, under an allocation. */
export function accessPointOutcome(
  scenario: SlicingScenario,
  users: readonly User[],
  allocation: Allocation,
): Outcome {
  const slices = scenario.slices.length;
  const counts = countUsers(users, slices);
  let delayMs = 0;
  let satisfied = 0;
  for (const user of users) {
    const bandwidthBlocks = allocation[user.slice] ?? 0;
    const computeBlocks = allocation[slices + user.slice] ?? 0;
    const peers = counts[user.slice] ?? 0;
    const delay = userDelay(scenario, user, bandwidthBlocks, computeBlocks, peers);
    delayMs += delay.totalMs;
    satisfied += delay.satisfied ? 1 : 0;
  }
  return { meanDelayMs: delayMs / users.length, satisfaction: satisfied / users.length };
}

/**
 * Equations (6) and (7) over access points: the mean of their means, those without any demand left
 * out; undefined where none has any.
 */
export function systemOutcome(outcomes: readonly (Outcome | undefined)[]): Outcome | undefined {
  const busy = outcomes.filter((outcome) => outcome !== undefined);
  if (busy.length === 0) return undefined;
  const mean = (of: (outcome: Outcome) => number) =>
    busy.reduce((sum, outcome) => sum + of(outcome), 0) / busy.length;
  return {
    meanDelayMs: mean((o) => o.meanDelayMs),
    satisfaction: mean((o) => o.satisfaction),
  };
}

import type { Allocation } from "../allocation/allocation.ts";
import { userDelay } from "./delay.ts";
import type { SlicingScenario } from "./scenario.ts";
import { countUsers, type User } from "./user.ts";

/** What a slot brought one access point or, averaged, the system: equations (6) and (7). */
export interface Outcome {
  /** L_t, ms. */
  readonly meanDelayMs: number;
  /** φ_t, share of satisfied users in [0, 1]. */
  readonly satisfaction: number;
}

/** Mean delay and satisfaction of one access point's users under an allocation. */
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

/** Equations (6) and (7) over access points: the mean of their means. */
export function systemOutcome(outcomes: readonly Outcome[]): Outcome {
  const mean = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  return {
    meanDelayMs: mean((o) => o.meanDelayMs),
    satisfaction: mean((o) => o.satisfaction),
  };
}

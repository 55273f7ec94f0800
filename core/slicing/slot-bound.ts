import { ActionRewards, argmax } from "./action-rewards.ts";
import { createActionSpace } from "./action-space.ts";
import type { SlicingScenario } from "./scenario.ts";
import type { User } from "./user.ts";

/** True where the best allocation of a slot is an exhaustive search: nothing couples cells or slots. */
export function optimumIsExact({ interference, arrivals }: SlicingScenario): boolean {
  return interference === undefined && arrivals === undefined;
}

/**
 * An upper bound on an access point's reward in a slot, whatever any access point allocates in it or did
 * before: the best of a relaxed slot, by exhaustive search.
 *
 * Without interference every rate is at least as high. With arrivals, the queues are empty before the
 * slot and a task unfinished at its end counts a delay of one slot: a task that waits from before, or
 * is refused, has at least that. The reward is convex in (L, φ), so a mean over new and waiting tasks
 * is worth at most the better of the two alone.
 */
export class SlotBound {
  private readonly rewards: ActionRewards;
  private readonly values: Float64Array;
  private readonly waiting: number;

  constructor(scenario: SlicingScenario) {
    const space = createActionSpace(scenario);
    const relaxed =
      scenario.arrivals === undefined ? scenario : { ...scenario, delayCapMs: scenario.slotMs };
    this.rewards = new ActionRewards(relaxed, space);
    this.values = new Float64Array(space.size);
    this.waiting = scenario.arrivals === undefined ? 0 : waitingTasksReward(scenario);
  }

  /** Undefined where the slot brings no new task. */
  of(users: readonly User[]): number | undefined {
    const fresh = users.filter(({ tasks }) => tasks !== 0);
    if (fresh.length === 0) return undefined;
    this.values.fill(0);
    this.rewards.addTo(this.values, fresh);
    return Math.max(this.values[argmax(this.values)] as number, this.waiting);
  }
}

/** The most that a slot with waiting tasks alone is worth: they may still be in time or not. */
function waitingTasksReward(scenario: SlicingScenario): number {
  const inTime = scenario.slices.some(({ maxDelayMs }) => maxDelayMs > scenario.slotMs);
  const delay = scenario.reward.delayUnit === "ms" ? scenario.slotMs : 1;
  return scenario.alpha * Math.exp(-delay) + (1 - scenario.alpha) * Math.exp(inTime ? 1 : 0);
}

import { createActionSpace } from "./action-space.ts";
import { Course, type CourseCounts } from "./course.ts";
import type { Performance } from "./performance.ts";
import { createOptimalPolicy } from "./policies/optimal.ts";
import type { SlicingPolicy } from "./policies.ts";
import type { SlicingScenario } from "./scenario.ts";
import { SlicingSimulation } from "./simulation.ts";
import { optimumIsExact, SlotBound } from "./slot-bound.ts";

/** In the unit of the reward that the scenario learns from (A4). */
type RewardBound = Partial<Pick<Performance, "rewardMs" | "rewardSlot">>;

export interface Evaluation extends Performance, CourseCounts {
  readonly policy: string;
  readonly slots: number;
  readonly seed: number;
  readonly users: number;
  /** The full oracle on the same slots, where a slot's optimum is exact. */
  readonly optimal?: Performance;
  /** Elsewhere: no policy's mean reward exceeds it on these slots. */
  readonly bound?: RewardBound;
}

/** The bound on the same drawn slots; what is drawn does not depend on any allocation. */
class BoundCourse {
  private readonly simulation: SlicingSimulation;
  private readonly bound: SlotBound;
  private readonly rewards: number[] = [];

  constructor(scenario: SlicingScenario, seed: number) {
    this.simulation = new SlicingSimulation(scenario, seed);
    this.bound = new SlotBound(scenario);
  }

  step(): void {
    for (const { users } of this.simulation.next()) {
      const reward = this.bound.of(users);
      if (reward !== undefined) this.rewards.push(reward);
    }
  }

  mean(): RewardBound {
    const mean = this.rewards.reduce((sum, reward) => sum + reward, 0) / this.rewards.length;
    const { delayUnit } = this.simulation.scenario.reward;
    return delayUnit === "ms" ? { rewardMs: mean } : { rewardSlot: mean };
  }
}

/**
 * Runs a policy over drawn slots of every access point, beside the full oracle or, where no search
 * finds the optimum, the upper bound on the same draws. Proposals pass the envelope first, as they do
 * on a box.
 */
export async function evaluate(
  scenario: SlicingScenario,
  policy: SlicingPolicy,
  slots: number,
  seed: number,
  onSlot: (done: number) => void = () => undefined,
): Promise<Evaluation> {
  const own = new Course(scenario, policy, seed);
  const exact = optimumIsExact(scenario);
  const limit = exact
    ? new Course(scenario, createOptimalPolicy(scenario, createActionSpace(scenario)), seed)
    : new BoundCourse(scenario, seed);
  for (let slot = 1; slot <= slots; slot++) {
    await own.step();
    await limit.step();
    onSlot(slot);
  }
  return {
    policy: policy.name,
    slots,
    seed,
    users: scenario.usersPerAccessPoint,
    ...own.performance(),
    ...(limit instanceof Course ? { optimal: limit.performance() } : { bound: limit.mean() }),
    ...own.counts(),
  };
}

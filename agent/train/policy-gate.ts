import { accessPointOutcome } from "../../core/slicing/outcome.ts";
import { createSqrtLoadPolicy } from "../../core/slicing/policies/load-weighted.ts";
import { reward } from "../../core/slicing/reward.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { type AccessPointSlot, SlicingSimulation } from "../../core/slicing/simulation.ts";

/** Mean rewards on the same drawn slots. */
export interface GateResult {
  readonly accepted: boolean;
  readonly learned: number;
  readonly safe: number;
}

/** Decides for many observations at once, [2I] each. */
export type Greedy = (observations: readonly Float64Array[]) => Promise<readonly Float64Array[]>;

/**
 * Lets a learned policy decide only when it earns at least what the safe policy (sqrt-load) does, on
 * slots drawn from the scenario. A learner that starts from nothing practises until it passes.
 */
export class PolicyGate {
  private readonly scenario: SlicingScenario;
  private readonly slots: readonly AccessPointSlot[];
  private readonly safe: number;

  /** @param count slots to compare on */
  constructor(scenario: SlicingScenario, count: number, seed: number) {
    const simulation = new SlicingSimulation(
      { ...scenario, accessPoints: 1, episodeSlots: 1 },
      seed,
    );
    const safePolicy = createSqrtLoadPolicy(scenario);
    this.scenario = scenario;
    this.slots = Array.from({ length: count }, () => simulation.next()).flat();
    this.safe = this.meanReward(
      this.slots.map(({ observation }) => safePolicy.decide(observation) as Float64Array),
    );
  }

  async judge(greedy: Greedy): Promise<GateResult> {
    const actions = await greedy(this.slots.map(({ observation }) => observation));
    const learned = this.meanReward(actions);
    return { accepted: learned >= this.safe, learned, safe: this.safe };
  }

  private meanReward(allocations: readonly Float64Array[]): number {
    const { scenario, slots } = this;
    const rewards = slots.map(({ users }, i) => {
      const outcome = accessPointOutcome(scenario, users, allocations[i] as Float64Array);
      return reward(scenario, outcome, scenario.reward.delayUnit);
    });
    return rewards.reduce((sum, value) => sum + value, 0) / rewards.length;
  }
}

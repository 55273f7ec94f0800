import { createSqrtLoadPolicy } from "../../core/slicing/policies/load-weighted.ts";
import { reward } from "../../core/slicing/reward.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";

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
 * slots drawn from the scenario, at every access point of it. A learner that starts from nothing
 * practises until it passes.
 */
export class PolicyGate {
  private readonly scenario: SlicingScenario;
  private readonly slots: number;
  private readonly seed: number;
  private safe: number | undefined;

  /** @param count slots of access points to compare on */
  constructor(scenario: SlicingScenario, count: number, seed: number) {
    this.scenario = { ...scenario, episodeSlots: 1 };
    this.slots = Math.ceil(count / scenario.accessPoints);
    this.seed = seed;
  }

  async judge(greedy: Greedy): Promise<GateResult> {
    const sqrtLoad = createSqrtLoadPolicy(this.scenario);
    this.safe ??= await this.meanReward((observations) =>
      Promise.all(observations.map(async (o) => Float64Array.from(await sqrtLoad.decide(o)))),
    );
    const learned = await this.meanReward(greedy);
    return { accepted: learned >= this.safe, learned, safe: this.safe };
  }

  private async meanReward(greedy: Greedy): Promise<number> {
    const simulation = new SlicingSimulation(this.scenario, this.seed);
    const rewards: number[] = [];
    for (let slot = 0; slot < this.slots; slot++) {
      const observations = simulation.next().map(({ observation }) => observation);
      for (const outcome of simulation.apply(await greedy(observations))) {
        if (outcome === undefined) continue;
        rewards.push(reward(this.scenario, outcome, this.scenario.reward.delayUnit));
      }
    }
    return rewards.reduce((sum, value) => sum + value, 0) / Math.max(1, rewards.length);
  }
}

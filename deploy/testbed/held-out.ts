import { reward } from "../../core/slicing/reward.ts";
import { mean } from "../../learning/experiment/statistics/interval.ts";
import type { PlayResult } from "./report/play-result.ts";
import { testbedScenario } from "./testbed-scenario.ts";

/** What a policy and the one that was learned from it earn on traces that neither learned from. */
export interface HeldOutResult {
  readonly traces: number;
  /** Rewards α exp(−L) + (1 − α) exp(φ) of each trace's mean delay and satisfaction, their means. */
  readonly start: number;
  readonly learned: number;
  /** Learning that does not help is thrown away. */
  readonly kept: "start" | "learned";
}

function rewardOf({ meanDelayMs, satisfaction }: PlayResult): number {
  const { delayUnit } = testbedScenario.reward;
  return reward(testbedScenario, { meanDelayMs, satisfaction }, delayUnit);
}

/** @param plays of the same traces under both policies */
export function judgeHeldOut(
  plays: readonly PlayResult[],
  startPolicy: string,
  learnedPolicy: string,
): HeldOutResult {
  const rewards = (policy: string) => plays.filter((play) => play.policy === policy).map(rewardOf);
  const start = mean(rewards(startPolicy));
  const learned = mean(rewards(learnedPolicy));
  return {
    traces: rewards(startPolicy).length,
    start,
    learned,
    kept: learned > start ? "learned" : "start",
  };
}

import type { LearnerConfig } from "../algorithms/learner-config.ts";

/** ε at a slot: final + (initial − final) e^(−slot / decaySlots). */
export function explorationRate(config: LearnerConfig["exploration"], slot: number): number {
  const { initial, final, decaySlots } = config;
  return final + (initial - final) * Math.exp(-slot / decaySlots);
}

import type { LearnerConfig } from "../algorithms/learner-config.ts";

/** What a learning rate is multiplied with in an episode: factor^⌊episode / everyEpisodes⌋. */
export function learningRateFactor(
  decay: LearnerConfig["learningRateDecay"],
  episode: number,
): number {
  return decay.factor ** Math.floor(episode / decay.everyEpisodes);
}

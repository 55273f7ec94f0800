import { slicingScenarioSchema } from "../../../core/slicing/scenario.ts";
import {
  type LearnerConfig,
  learnerConfigSchema,
} from "../../../learning/algorithms/learner-config.ts";
import { slicingProblem } from "../../../learning/problems/slicing.ts";

/** 6 blocks of each resource over 3 slices: 10 × 10 joint actions. */
export const smallScenario = slicingScenarioSchema.parse({
  bandwidthMhz: 12,
  computeKmcPerS: 300,
  usersPerAccessPoint: 6,
  accessPoints: 2,
  episodeSlots: 10,
});

/** A learner small enough to be differentiated by hand. */
export function smallConfig(over: Record<string, unknown> = {}) {
  return learnerConfigSchema.parse({
    head: "slice",
    width: 4,
    discriminatorWidth: 4,
    particles: 3,
    noiseDimension: 2,
    criticSteps: 1,
    batchSize: 3,
    replayCapacity: 50,
    ...over,
  });
}

export const smallProblem = (config: LearnerConfig) => slicingProblem(smallScenario, config);

/** Numbers in [low, high), the same at every run. */
export function spread(length: number, low: number, high: number): number[] {
  return Array.from({ length }, (_, i) => low + (high - low) * ((i * 0.618034 + 0.1) % 1));
}

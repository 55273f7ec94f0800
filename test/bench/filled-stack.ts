import { createRandom } from "../../core/random.ts";
import { allocationOf, createActionSpace } from "../../core/slicing/action-space.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { LearnerConfig } from "../../learning/algorithms/learner-config.ts";
import { createLearnerStack } from "../../learning/create-learner-stack.ts";
import type { LearnerStack } from "../../learning/learner-stack.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";
import type { EngineOptions } from "../../learning/runtime/open-engines.ts";

const transitions = 1000;

/** Observations of one access point of the paper's scenario. */
export function observations(count: number): Float64Array[] {
  const simulation = new SlicingSimulation({ ...paperScenario, accessPoints: 1 }, 1);
  return Array.from(
    { length: count },
    () => simulation.next()[0]?.observation ?? new Float64Array(),
  );
}

/** Learners that have transitions to learn from. */
export async function filledStack(
  config: LearnerConfig,
  agents: number,
  engine: EngineOptions = {},
): Promise<LearnerStack> {
  const stack = await createLearnerStack({
    ...engine,
    problem: slicingProblem(paperScenario, config),
    config: { ...config, replayCapacity: transitions },
    agents: Array.from({ length: agents }, (_, seed) => ({ seed })),
  });
  const space = createActionSpace(paperScenario);
  const random = createRandom(2);
  const seen = observations(transitions + 1);
  for (let i = 0; i < transitions; i++) {
    const transition = {
      observation: seen[i] as Float64Array,
      action: allocationOf(space, random.integer(space.size)),
      reward: 0.8 + 0.5 * random.uniform(),
      nextObservation: seen[i + 1] as Float64Array,
    };
    for (let agent = 0; agent < agents; agent++) stack.remember(agent, transition);
  }
  return stack;
}

import {
  type AgentOptions,
  type CreateStackOptions,
  createLearnerStack,
} from "./create-learner-stack.ts";
import type { Learner } from "./learner.ts";

export type LearnerOptions = Omit<CreateStackOptions, "agents"> & AgentOptions;

/**
 * A learner of its own: a stack of one agent.
 *
 * @throws SlotwiseError WEIGHTS_INVALID when `start` does not fit the configuration
 */
export async function createLearner(options: LearnerOptions): Promise<Learner> {
  const { seed, start, ...shared } = options;
  const agents = [start === undefined ? { seed } : { seed, start }];
  const stack = await createLearnerStack({ ...shared, agents });
  return {
    remember: (transition) => stack.remember(0, transition),
    update: async () => (await stack.update())?.[0],
    generatorWeights: () => stack.generatorWeights(0),
    loadGenerator: (weights) => stack.loadGenerator(0, weights),
    exportPolicy: (training) => stack.exportPolicy(0, training),
    greedy: async (observations) => {
      const [decisions] = await stack.greedy([observations]);
      return decisions as NonNullable<typeof decisions>;
    },
    explorationRate: (slot) => stack.explorationRate(0, slot),
    close: () => stack.close(),
  };
}

import type { z } from "zod";
import type { learnerConfigSchema } from "../../algorithms/learner-config.ts";

/**
 * The paper's learner, Table 1 and GAN-DDQN's values where it is silent, in a size that 10 seeds of
 * 1000 episodes can be run in: one advantage per composition instead of one per joint action,
 * layers of 64 instead of 256, one discriminator step a generator step as in Algorithm 1.
 */
export const reproductionLearner: z.input<typeof learnerConfigSchema> = {
  head: "branching",
  width: 64,
  discriminatorWidth: 64,
  criticSteps: 1,
};

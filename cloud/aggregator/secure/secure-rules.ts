import { z } from "zod";

/** Secure aggregation: updates are masked, and only their sum is read. */
export const secureRulesSchema = z.strictObject({
  threshold: z
    .number()
    .gt(0.5)
    .max(1)
    .default(0.67)
    .describe("share of a round's agents that have to last to its end, or the round is abandoned"),
});

export type SecureRules = z.output<typeof secureRulesSchema>;

import { z } from "zod";

/** Differential privacy of the global models, for what every agent contributes. */
export const privacyRulesSchema = z.strictObject({
  clipNorm: z
    .number()
    .positive()
    .max(1e6)
    .describe("C: every update's change is cut to this Euclidean norm"),
  noiseMultiplier: z
    .number()
    .min(0.01)
    .max(1e6)
    .describe("z: the noise on the sum of changes has standard deviation z C in every value"),
  delta: z
    .number()
    .positive()
    .max(0.1)
    .default(1e-5)
    .describe("δ that ε is stated for; far less than one over the number of agents"),
  maxEpsilon: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("no round is opened that would spend more; null: no bound"),
});

export type PrivacyRules = z.output<typeof privacyRulesSchema>;

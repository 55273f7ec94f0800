import { z } from "zod";

const rate = z.number().positive().max(1);
const width = z.number().int().min(2).max(4096).multipleOf(2);

/**
 * Everything the slicing paper gives in Table 1 for learning, and what it leaves open (A8), each a
 * named value. Defaults: Table 1, and GAN-DDQN of Hua et al. (JSAC 38(2), 2020) where it is silent.
 */
export const learnerConfigSchema = z
  .strictObject({
    algorithm: z
      .enum(["d3qn-gan", "d3qn", "ddql", "dql"])
      .default("d3qn-gan")
      .describe(
        "d3qn: no noise, one value instead of particles, no discriminator; ddql: no value branch either; dql: and the target network picks the next action itself",
      ),
    head: z
      .enum(["joint", "branching", "slice"])
      .default("joint")
      .describe("slicing's advantages: one per joint action, per resource, or per slice"),
    width: width.default(256).describe("A8: W, units of the generator's hidden layers"),
    discriminatorWidth: width.default(256).describe("A8: units of the discriminator's layers"),
    particles: z.number().int().min(1).max(1024).default(30).describe("N, state-value particles"),
    noiseDimension: z.number().int().min(1).max(1024).default(10).describe("elements of τ"),
    discount: z.number().min(0).max(0.9999).default(0.8).describe("γ"),
    generatorLearningRate: rate.default(1e-3).describe("η^G"),
    discriminatorLearningRate: rate.default(1e-3).describe("η^D"),
    learningRateDecay: z
      .strictObject({
        factor: z.number().positive().max(1).default(0.1).describe("applied once per period"),
        everyEpisodes: z.number().int().min(1).default(300).describe("period, episodes"),
      })
      .prefault({}),
    adam: z
      .strictObject({
        beta1: z.number().min(0).max(0.9999).default(0.5).describe("A8: decay of the mean"),
        beta2: z.number().min(0).max(0.99999).default(0.999).describe("A8: decay of the square"),
        epsilon: z.number().positive().max(1e-2).default(1e-8).describe("A8: added to the root"),
      })
      .prefault({}),
    gradientPenalty: z.number().min(0).max(1e3).default(10).describe("A8: λ of (15)"),
    criticSteps: z
      .number()
      .int()
      .min(1)
      .max(20)
      .default(5)
      .describe("A8: discriminator steps before each generator step"),
    adversarialWeight: z
      .number()
      .min(0)
      .max(1e3)
      .default(1)
      .describe("weight of the discriminator's term in (12); the paper's is 1"),
    adversarialReach: z
      .enum(["particles", "spread"])
      .default("particles")
      .describe(
        "what that term moves: the particles (the paper), or only their spread about the mean",
      ),
    proximalWeight: z
      .number()
      .min(0)
      .max(100)
      .default(0)
      .describe("FedProx: μ of ½μ‖θ − θ̄‖², θ̄ the generator last taken over"),
    batchSize: z.number().int().min(1).max(4096).default(32).describe("transitions a minibatch"),
    replayCapacity: z.number().int().min(1).max(10_000_000).default(50_000).describe("transitions"),
    replayReplacement: z
      .enum(["oldest", "random"])
      .default("oldest")
      .describe("which transition a new one replaces once the replay memory is full"),
    targetEveryUpdates: z.number().int().min(1).default(10).describe("updates between Ĝ ← G"),
    exploration: z
      .strictObject({
        initial: z.number().min(0).max(1).default(1).describe("A8: ε at slot 0"),
        final: z.number().min(0).max(1).default(0.01).describe("A8: ε in the limit"),
        decaySlots: z.number().positive().default(3000).describe("A8: slots per factor 1/e"),
      })
      .prefault({}),
    adaptiveLearningRate: z
      .strictObject({
        gain: z.number().positive().max(0.5).default(0.02).describe("β of the hypergradient"),
        smallest: rate.default(1e-5).describe("η stays at or above"),
        largest: rate.default(1e-2).describe("η stays at or below"),
      })
      .optional()
      .describe("Q-learning: η follows its hypergradient from its first value, without decay"),
    adaptiveExploration: z
      .strictObject({
        gain: z.number().min(0).max(1).default(0.005).describe("of an update in ε"),
        sensitivity: z
          .number()
          .positive()
          .default(0.5)
          .describe("σ, as a share of the target's rms"),
        smallest: z.number().min(0).max(1).default(0.02).describe("ε stays at or above"),
      })
      .optional()
      .describe("Q-learning: ε follows the temporal difference from exploration.initial"),
  })
  .refine(
    ({ algorithm, adaptiveLearningRate: rate, adaptiveExploration: exploration }) =>
      algorithm !== "d3qn-gan" || (rate === undefined && exploration === undefined),
    "adaptiveLearningRate and adaptiveExploration are of d3qn, ddql and dql",
  );

/** A learner's full configuration. */
export type LearnerConfig = z.output<typeof learnerConfigSchema>;

type Overrides = z.input<typeof learnerConfigSchema>;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function overlay(base: Record<string, unknown>, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isRecord(over)) return over;
  const merged = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isRecord(below) ? overlay(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

/** The same schema with a preset's values as the defaults. */
export function learnerConfigSchemaOver(preset: Overrides) {
  return z.preprocess((given) => overlay(preset, given), learnerConfigSchema);
}

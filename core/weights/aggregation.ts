import { z } from "zod";
import { cappedSamples } from "./capped-samples.ts";
import { coordinateMedian } from "./coordinate-median.ts";
import { averageWeights } from "./fed-avg.ts";
import { multiKrum, multiKrumNeeds } from "./multi-krum.ts";
import { clipToNorm } from "./norm-clipping.ts";
import type { Weights } from "./tensor.ts";
import { trimmedMean, trimmedMeanNeeds } from "./trimmed-mean.ts";
import type { WeightedUpdate } from "./update.ts";

const clipNorm = z
  .number()
  .positive()
  .nullable()
  .default(null)
  .describe("largest Euclidean norm of an update's change from its base; null: not clipped");

const byzantine = z
  .number()
  .int()
  .min(1)
  .max(511)
  .describe("f: agents of a round that may send anything without steering the mean");

/** How the updates of a round become the next global model. */
export const aggregationSchema = z.discriminatedUnion("rule", [
  z
    .strictObject({ rule: z.literal("fed-avg"), clipNorm })
    .describe("(17), weighted by samples of at most twice their lower median"),
  z.strictObject({ rule: z.literal("median"), clipNorm }).describe("the median, per coordinate"),
  z
    .strictObject({ rule: z.literal("trimmed-mean"), byzantine, clipNorm })
    .describe("the mean without the f largest and smallest values, per coordinate"),
  z
    .strictObject({ rule: z.literal("multi-krum"), byzantine, clipNorm })
    .describe("the mean of the n - f updates nearest to their neighbours"),
]);

export type Aggregation = z.output<typeof aggregationSchema>;

/** Updates the rule needs, at least. */
export function updatesNeeded(aggregation: Aggregation): number {
  switch (aggregation.rule) {
    case "trimmed-mean":
      return trimmedMeanNeeds(aggregation.byzantine);
    case "multi-krum":
      return multiKrumNeeds(aggregation.byzantine);
    default:
      return 1;
  }
}

function combine(aggregation: Aggregation, updates: readonly WeightedUpdate[]): Weights {
  switch (aggregation.rule) {
    case "median":
      return coordinateMedian(updates);
    case "trimmed-mean":
      return trimmedMean(updates, aggregation.byzantine);
    case "multi-krum":
      return multiKrum(updates, aggregation.byzantine);
    case "fed-avg": {
      const samples = cappedSamples(updates.map((update) => update.samples));
      return averageWeights(
        updates.map(({ weights }, u) => ({ weights, samples: samples[u] as number })),
      );
    }
  }
}

/**
 * The next global model.
 *
 * @param base the global model the updates started from; without one nothing is clipped
 * @throws SlotwiseError WEIGHTS_INVALID with fewer updates than `updatesNeeded`, or where names or
 * shapes differ
 */
export function aggregate(
  aggregation: Aggregation,
  updates: readonly WeightedUpdate[],
  base: Weights | undefined,
): Weights {
  const { clipNorm } = aggregation;
  if (base === undefined || clipNorm === null) return combine(aggregation, updates);
  const clipped = updates.map(({ weights, samples }) => ({
    weights: clipToNorm(weights, base, clipNorm),
    samples,
  }));
  return combine(aggregation, clipped);
}

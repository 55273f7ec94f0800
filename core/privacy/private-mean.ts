import { type Random, standardNormal } from "../random.ts";
import { averageWeights } from "../weights/fed-avg.ts";
import { clipToNorm } from "../weights/norm-clipping.ts";
import type { Tensor, Weights } from "../weights/tensor.ts";
import { weightsError } from "../weights/weights-error.ts";
import type { PrivacyRules } from "./privacy-rules.ts";

/** What the Gaussian mechanism adds to every value of a mean over `count` clipped changes: N(0, (zC/n)²). */
export function withNoise(
  mean: Weights,
  count: number,
  { clipNorm, noiseMultiplier }: PrivacyRules,
  random: Random,
): Weights {
  const deviation = (noiseMultiplier * clipNorm) / count;
  const noised = ({ shape, data }: Tensor): Tensor => ({
    shape,
    data: data.map((value) => value + deviation * standardNormal(random)),
  });
  return new Map([...mean].map(([name, tensor]) => [name, noised(tensor)]));
}

/**
 * DP-FedAvg (McMahan et al., ICLR 2018) with every agent in every round: changes from the base are
 * clipped to norm C, their mean is taken with equal weights, and Gaussian noise is added.
 *
 * @param random from a cryptographic source, or the noise hides nothing
 * @throws SlotwiseError WEIGHTS_INVALID without a base, when there is nothing to average, or names or
 * shapes differ
 */
export function privateMean(
  updates: readonly Weights[],
  base: Weights | undefined,
  rules: PrivacyRules,
  random: Random,
): Weights {
  if (base === undefined) throw weightsError("a model that changes are clipped from", "none");
  const clipped = updates.map((weights) => ({
    weights: clipToNorm(weights, base, rules.clipNorm),
    samples: 1,
  }));
  return withNoise(averageWeights(clipped), updates.length, rules, random);
}

import type { Refusal } from "../../core/messages/federation-answer.ts";
import { findNonFinite } from "../../core/weights/finite.ts";
import { distance, norm } from "../../core/weights/norm.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { weightsSignature } from "../../core/weights/update.ts";

/**
 * Why weights cannot be part of a global model; undefined when they can.
 *
 * @param base what they were learned from; undefined while there is no global model
 * @param maxChange largest norm of their change, as a multiple of the base's norm (of 1, if that is more)
 */
export function judgeWeights(
  weights: Weights,
  base: Weights | undefined,
  maxChange: number,
): Refusal | undefined {
  if (weights.size === 0) return "mismatched";
  if (base !== undefined && weightsSignature(weights) !== weightsSignature(base)) {
    return "mismatched";
  }
  if (findNonFinite(weights) !== undefined) return "non-finite";
  if (base === undefined) return undefined;
  return distance(weights, base) > maxChange * Math.max(1, norm(base)) ? "oversize" : undefined;
}

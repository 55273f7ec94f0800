import type { Encoding } from "../core/weights/encoding.ts";
import { residualOf, withResidual } from "../core/weights/residual.ts";
import type { Weights } from "../core/weights/tensor.ts";
import { decodeContent, encodeContent } from "./weights-content.ts";

/** Weights as they were sent, and what became of them. */
export interface SentWeights {
  /** Float32 where a delta was wanted and there is no base. */
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
  /** What the receiver makes of the bytes. */
  readonly received: Weights;
  /** What a lossy form left out, for the next weights to make up for. */
  readonly residual: Weights | undefined;
}

/**
 * Encodes weights with error feedback (Karimireddy et al., ICML 2019): a lossy form also carries what
 * the one before left out, so that changes too small for it are late, not lost.
 *
 * @param base what a delta starts from
 * @param residual of the weights sent before, if a receiver has them
 */
export function sendWeights(
  wish: Encoding,
  weights: Weights,
  base: Weights | undefined,
  residual: Weights | undefined,
): SentWeights {
  const encoding = wish === "int8-delta" && base === undefined ? "float32" : wish;
  if (encoding === "float32") {
    const bytes = encodeContent(encoding, weights);
    return { encoding, bytes, received: weights, residual: undefined };
  }
  const wanted = withResidual(weights, residual);
  const bytes = encodeContent(encoding, wanted, base);
  const received = decodeContent(encoding, bytes, base);
  return { encoding, bytes, received, residual: residualOf(wanted, received) };
}

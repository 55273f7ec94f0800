import type { Weights } from "./tensor.ts";
import { weightsError } from "./weights-error.ts";

/** Where the first NaN or infinity is, as text; undefined when there is none. */
export function findNonFinite(weights: Weights): string | undefined {
  for (const [name, { data }] of weights) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return `${data[at]} at ${name}[${at}]`;
  }
  return undefined;
}

/** Refuses NaN and infinities. @throws SlotwiseError WEIGHTS_INVALID naming the first one */
export function checkFinite(weights: Weights): void {
  const found = findNonFinite(weights);
  if (found !== undefined) throw weightsError("finite weights", found);
}

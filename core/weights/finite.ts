import type { Weights } from "./tensor.ts";
import { weightsError } from "./weights-error.ts";

/** One pass without a branch a value: 0 · x is 0 for a finite x, and NaN stays NaN in the sum. */
function allFinite(data: Float32Array): boolean {
  let zeros = 0;
  for (let i = 0; i < data.length; i++) zeros += 0 * (data[i] as number);
  return zeros === 0;
}

/** Where the first NaN or infinity is, as text; undefined when there is none. */
export function findNonFinite(weights: Weights): string | undefined {
  for (const [name, { data }] of weights) {
    if (allFinite(data)) continue;
    const at = data.findIndex((value) => !Number.isFinite(value));
    return `${data[at]} at ${name}[${at}]`;
  }
  return undefined;
}

/** Refuses NaN and infinities. @throws SlotwiseError WEIGHTS_INVALID naming the first one */
export function checkFinite(weights: Weights): void {
  const found = findNonFinite(weights);
  if (found !== undefined) throw weightsError("finite weights", found);
}

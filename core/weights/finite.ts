import type { Weights } from "./tensor.ts";
import { weightsError } from "./weights-error.ts";

/** Refuses NaN and infinities. @throws SlotwiseError WEIGHTS_INVALID naming the first one */
export function checkFinite(weights: Weights): void {
  for (const [name, { data }] of weights) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw weightsError("finite weights", `${data[at]} at ${name}[${at}]`);
  }
}

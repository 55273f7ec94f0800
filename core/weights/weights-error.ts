import { SlotwiseError } from "../errors.ts";

/** WEIGHTS_INVALID; `consequence` defaults to the weights being refused. */
export function weightsError(expected: string, received: string): SlotwiseError {
  return new SlotwiseError("WEIGHTS_INVALID", {
    expected,
    received,
    consequence: "the weights were refused",
  });
}

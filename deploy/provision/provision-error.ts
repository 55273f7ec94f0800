import { SlotwiseError } from "../../core/errors.ts";

export function provisionError(
  expected: string,
  received: string,
  consequence = "nothing was changed",
): SlotwiseError {
  return new SlotwiseError("PROVISION_REFUSED", { expected, received, consequence });
}

import { SlotwiseError } from "../errors.ts";
import type { SlicingScenario } from "./scenario.ts";

/**
 * @param what with its article, such as "an HTB class"
 * @throws SlotwiseError CONFIG_INVALID where there is not one for each slice of the scenario
 */
export function requireOnePerSlice(
  what: string,
  { length }: ArrayLike<unknown>,
  { slices }: SlicingScenario,
): void {
  if (length === slices.length) return;
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: `${what} for each of ${slices.length} slices`,
    received: `${length} of them`,
    consequence: "nothing was started",
  });
}

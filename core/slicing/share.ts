import type { SlicingScenario } from "./scenario.ts";

/** Equation (1): compute share in kMc/s of one of `users` users of a slice holding `blocks` blocks. */
export function computeShareKmcPerS(
  scenario: SlicingScenario,
  blocks: number,
  users: number,
): number {
  return (blocks * scenario.computeBlockKmcPerS) / users;
}

/**
 * Equation (2): bandwidth share in MHz, whole units of W̄ (A1).
 * The quotient gets a relative slack of 1e-12 so that exact multiples survive binary rounding.
 */
export function bandwidthShareMhz(
  scenario: SlicingScenario,
  blocks: number,
  users: number,
): number {
  const units = (blocks * scenario.bandwidthBlockMhz) / (scenario.bandwidthUnitMhz * users);
  return scenario.bandwidthUnitMhz * Math.floor(units * (1 + 1e-12));
}

import { type Outcome, systemOutcome } from "./outcome.ts";
import { reward } from "./reward.ts";
import type { SlicingScenario } from "./scenario.ts";

/** An idle system: nobody waits. */
const served: Outcome = { meanDelayMs: 0, satisfaction: 1 };

/**
 * What every access point learns from: its own reward or the system's (A7). One where nobody asks for
 * anything gets the system's: the same whatever it allocates, and of the usual size. A system without
 * any demand is one served at once.
 */
export function learnedRewards(
  scenario: SlicingScenario,
  outcomes: readonly (Outcome | undefined)[],
): number[] {
  const { scope, delayUnit } = scenario.reward;
  const system = systemOutcome(outcomes) ?? served;
  return outcomes.map((own) =>
    reward(scenario, scope === "system" ? system : (own ?? system), delayUnit),
  );
}

import { SlotwiseError } from "../../errors.ts";
import type { Policy } from "../../policy.ts";
import { ActionRewards, argmax } from "../action-rewards.ts";
import { type ActionSpace, allocationOf } from "../action-space.ts";
import type { SlicingScenario } from "../scenario.ts";
import type { User } from "../user.ts";

/** The full oracle: exhaustive search over every joint action with the channels of the slot known. */
export function createOptimalPolicy(
  scenario: SlicingScenario,
  space: ActionSpace,
): Policy<readonly User[]> {
  const rewards = new ActionRewards(scenario, space);
  const values = new Float64Array(space.size);
  const decide = (_observation: Float64Array, users?: readonly User[]) => {
    if (users === undefined) {
      throw new SlotwiseError("POLICY_INPUT_MISSING", {
        expected: "the users' channels of the slot for policy optimal",
        received: "an observation alone",
        consequence: "the oracle only runs in simulation; choose another policy",
      });
    }
    values.fill(0);
    rewards.addTo(values, users);
    return allocationOf(space, argmax(values));
  };
  return { name: "optimal", decide };
}

import { placePolicies } from "../core/energy/policies.ts";
import type { EnergyScenario } from "../core/energy/scenario.ts";
import { SlotwiseError } from "../core/errors.ts";

/**
 * Only some policies choose between device, edge and cloud.
 *
 * @throws SlotwiseError CONFIG_INVALID where the scenario has offloading and the policy does not
 */
export function requirePlaces(scenario: EnergyScenario, policy: string): void {
  if (scenario.offloading === undefined || placePolicies.includes(policy)) return;
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: `a policy that knows places (${placePolicies.join(", ")}) for a scenario with offloading`,
    received: policy,
    consequence: "nothing was run",
  });
}

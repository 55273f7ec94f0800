import { SlotwiseError } from "../errors.ts";
import type { Policy } from "../policy.ts";
import { createRandom } from "../random.ts";
import { createActionSpace } from "./action-space.ts";
import { createEqualPolicy } from "./policies/equal.ts";
import { createLoadProportionalPolicy, createSqrtLoadPolicy } from "./policies/load-weighted.ts";
import { createObservationOptimalPolicy } from "./policies/observation-optimal.ts";
import { createOptimalPolicy } from "./policies/optimal.ts";
import { createRandomPolicy } from "./policies/random-policy.ts";
import type { SlicingScenario } from "./scenario.ts";
import { optimumIsExact } from "./slot-bound.ts";
import type { User } from "./user.ts";

export type SlicingPolicy = Policy<readonly User[]>;

const createBy: Record<string, (scenario: SlicingScenario, seed: number) => SlicingPolicy> = {
  random: (scenario, seed) =>
    createRandomPolicy(createActionSpace(scenario), createRandom(seed, 1)),
  equal: createEqualPolicy,
  "load-proportional": createLoadProportionalPolicy,
  "sqrt-load": createSqrtLoadPolicy,
  optimal: (scenario) => createOptimalPolicy(scenario, createActionSpace(scenario)),
  "observation-optimal": (scenario, seed) =>
    createObservationOptimalPolicy(scenario, createActionSpace(scenario), createRandom(seed, 2)),
};

/** Names of the policies that need no model file. */
export const builtInPolicies: readonly string[] = Object.keys(createBy);

const coupled = "interference and arrivals couple cells and slots; no search of one slot is best";
const paperUsers = "it expects users at rest in their disc with one task each, and no interference";

/** Why a built-in policy cannot be what its name says in a scenario; undefined where it can. */
export function policyObstacle(name: string, scenario: SlicingScenario): string | undefined {
  if (name === "optimal") return optimumIsExact(scenario) ? undefined : coupled;
  if (name !== "observation-optimal") return undefined;
  return optimumIsExact(scenario) && scenario.mobility === undefined ? undefined : paperUsers;
}

/** Names of the built-in policies that a scenario permits. */
export function possiblePolicies(scenario: SlicingScenario): readonly string[] {
  return builtInPolicies.filter((name) => policyObstacle(name, scenario) === undefined);
}

/**
 * The built-in policy of that name, or undefined.
 *
 * @throws SlotwiseError CONFIG_INVALID when the scenario leaves the policy without its meaning
 */
export function createBuiltInPolicy(
  name: string,
  scenario: SlicingScenario,
  seed: number,
): SlicingPolicy | undefined {
  const obstacle = policyObstacle(name, scenario);
  if (obstacle === undefined) {
    return Object.hasOwn(createBy, name) ? createBy[name]?.(scenario, seed) : undefined;
  }
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: `a scenario for policy ${name}, or one of ${possiblePolicies(scenario).join(", ")}`,
    received: obstacle,
    consequence: "nothing was started",
  });
}

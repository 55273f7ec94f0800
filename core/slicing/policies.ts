import type { Policy } from "../policy.ts";
import { createRandom } from "../random.ts";
import { createActionSpace } from "./action-space.ts";
import { createEqualPolicy } from "./policies/equal.ts";
import { createLoadProportionalPolicy, createSqrtLoadPolicy } from "./policies/load-weighted.ts";
import { createObservationOptimalPolicy } from "./policies/observation-optimal.ts";
import { createOptimalPolicy } from "./policies/optimal.ts";
import { createRandomPolicy } from "./policies/random-policy.ts";
import type { SlicingScenario } from "./scenario.ts";
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

/** The built-in policy of that name, or undefined. */
export function createBuiltInPolicy(
  name: string,
  scenario: SlicingScenario,
  seed: number,
): SlicingPolicy | undefined {
  return Object.hasOwn(createBy, name) ? createBy[name]?.(scenario, seed) : undefined;
}

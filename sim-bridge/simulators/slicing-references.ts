import { SlotwiseError } from "../../core/errors.ts";
import { accessPointOutcome, type Outcome } from "../../core/slicing/outcome.ts";
import { createBuiltInPolicy, type SlicingPolicy } from "../../core/slicing/policies.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import type { AccessPointSlot } from "../../core/slicing/simulation.ts";

/** What a reference policy would have brought in a slot. */
export type ReferenceOutcomes = ReadonlyMap<string, Outcome>;

/** The reference policies of that name, each with its own state for the seed. */
export function createReferences(
  scenario: SlicingScenario,
  names: readonly string[],
  seed: number,
): SlicingPolicy[] {
  return names.map((name) => {
    const policy = createBuiltInPolicy(name, scenario, seed);
    if (policy === undefined) throw unusable("a built-in reference policy", name);
    return policy;
  });
}

/** Every reference policy's outcome on one access point's slot. */
export function referenceOutcomes(
  scenario: SlicingScenario,
  references: readonly SlicingPolicy[],
  { users, observation }: AccessPointSlot,
): ReferenceOutcomes {
  return new Map(
    references.map((policy) => {
      const decision = policy.decide(observation, users);
      if (decision instanceof Promise) throw unusable("a policy that decides at once", policy.name);
      return [policy.name, accessPointOutcome(scenario, users, Float64Array.from(decision))];
    }),
  );
}

function unusable(expected: string, received: string): SlotwiseError {
  return new SlotwiseError("CONFIG_INVALID", {
    expected,
    received,
    consequence: "the simulator does not start",
  });
}

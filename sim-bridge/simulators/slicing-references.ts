import { SlotwiseError } from "../../core/errors.ts";
import type { AccessPointSlot } from "../../core/slicing/demand/demand.ts";
import type { Outcome } from "../../core/slicing/outcome.ts";
import { createBuiltInPolicy, type SlicingPolicy } from "../../core/slicing/policies.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";

/** A built-in policy at every access point of a world drawn like the agents' own. */
export class SlicingReference {
  readonly name: string;
  private readonly policy: SlicingPolicy;
  private readonly simulation: SlicingSimulation;
  private slots: readonly AccessPointSlot[] = [];

  constructor(policy: SlicingPolicy, simulation: SlicingSimulation) {
    this.name = policy.name;
    this.policy = policy;
    this.simulation = simulation;
  }

  begin(): void {
    this.slots = this.simulation.next();
  }

  /** What the slot brings every access point under this policy. */
  end(): readonly (Outcome | undefined)[] {
    return this.simulation.apply(this.slots.map((slot) => this.decide(slot)));
  }

  startEpisode(): void {
    this.simulation.startEpisode();
  }

  private decide({ observation, users }: AccessPointSlot): Float64Array {
    const decision = this.policy.decide(observation, users);
    if (decision instanceof Promise) throw unusable("a policy that decides at once", this.name);
    return Float64Array.from(decision);
  }
}

/** The reference policies of that name. */
export function createReferences(
  scenario: SlicingScenario,
  names: readonly string[],
  seed: number,
): SlicingReference[] {
  return names.map((name) => {
    const policy = createBuiltInPolicy(name, scenario, seed);
    if (policy === undefined) throw unusable("a built-in reference policy", name);
    return new SlicingReference(policy, new SlicingSimulation(scenario, seed));
  });
}

function unusable(expected: string, received: string): SlotwiseError {
  return new SlotwiseError("CONFIG_INVALID", {
    expected,
    received,
    consequence: "the simulator does not start",
  });
}

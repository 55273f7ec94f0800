import type { Allocation } from "../../allocation/allocation.ts";
import { apportion } from "../../allocation/apportion.ts";
import type { Policy } from "../../policy.ts";
import { bandwidthBlockBudget, computeBlockBudget, type SlicingScenario } from "../scenario.ts";

/** Every slice the same blocks; [6, 6, 6] for Table 1. */
export function equalAllocation(scenario: SlicingScenario): Allocation {
  const weights = scenario.slices.map(() => 1);
  return Float64Array.from([
    ...apportion(bandwidthBlockBudget(scenario), weights),
    ...apportion(computeBlockBudget(scenario), weights),
  ]);
}

/** Equal blocks, whatever a slice asks for. */
export function createEqualPolicy(scenario: SlicingScenario): Policy {
  const allocation = equalAllocation(scenario);
  return { name: "equal", decide: () => allocation };
}

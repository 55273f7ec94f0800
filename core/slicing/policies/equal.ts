import { apportion } from "../../allocation/apportion.ts";
import type { Policy } from "../../policy.ts";
import { bandwidthBlockBudget, computeBlockBudget, type SlicingScenario } from "../scenario.ts";

/** Every slice the same blocks, whatever it asks for; [6, 6, 6] for Table 1. */
export function createEqualPolicy(scenario: SlicingScenario): Policy {
  const weights = scenario.slices.map(() => 1);
  const allocation = Float64Array.from([
    ...apportion(bandwidthBlockBudget(scenario), weights),
    ...apportion(computeBlockBudget(scenario), weights),
  ]);
  return { name: "equal", decide: () => allocation };
}

import { apportion } from "../../allocation/apportion.ts";
import type { Policy } from "../../policy.ts";
import { usersFromBits, usersFromCycles } from "../observation.ts";
import { bandwidthBlockBudget, computeBlockBudget, type SlicingScenario } from "../scenario.ts";

function createLoadWeightedPolicy(
  name: string,
  scenario: SlicingScenario,
  weigh: (demand: number) => number,
): Policy {
  const bandwidthBudget = bandwidthBlockBudget(scenario);
  const computeBudget = computeBlockBudget(scenario);
  const uplink = scenario.slices.map((slice) => weigh(slice.uplinkKbit));
  const work = scenario.slices.map((slice) => weigh(slice.workKmc));
  const decide = (observation: Float64Array) => {
    const bits = usersFromBits(scenario, observation).map((n, i) => n * (uplink[i] ?? 0));
    const cycles = usersFromCycles(scenario, observation).map((n, i) => n * (work[i] ?? 0));
    return Float64Array.from([
      ...apportion(bandwidthBudget, bits),
      ...apportion(computeBudget, cycles),
    ]);
  };
  return { name, decide };
}

/** Blocks in proportion to n_i x_i and n_i s_i. */
export function createLoadProportionalPolicy(scenario: SlicingScenario): Policy {
  return createLoadWeightedPolicy("load-proportional", scenario, (demand) => demand);
}

/**
 * Blocks in proportion to n_i √x_i and n_i √s_i, which minimises the mean of n_i x_i / f_i over real
 * shares. It needs no model file and is what an agent falls back to.
 */
export function createSqrtLoadPolicy(scenario: SlicingScenario): Policy {
  return createLoadWeightedPolicy("sqrt-load", scenario, Math.sqrt);
}

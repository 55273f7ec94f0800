import type { Allocation } from "../allocation/allocation.ts";
import { compositions } from "../allocation/compositions.ts";
import { bandwidthBlockBudget, computeBlockBudget, type SlicingScenario } from "./scenario.ts";

/**
 * The joint actions that use the whole budget: a composition of the bandwidth blocks and one of the
 * compute blocks. Index = bandwidth index × compute size + compute index; 136 × 136 for Table 1.
 */
export interface ActionSpace {
  readonly slices: number;
  readonly size: number;
  /** Rows of blocks per slice. */
  readonly bandwidth: readonly (readonly number[])[];
  readonly compute: readonly (readonly number[])[];
  /** Most blocks one slice can hold, per resource. */
  readonly maxBandwidthBlocks: number;
  readonly maxComputeBlocks: number;
}

export function createActionSpace(scenario: SlicingScenario): ActionSpace {
  const slices = scenario.slices.length;
  const bandwidthBudget = bandwidthBlockBudget(scenario);
  const computeBudget = computeBlockBudget(scenario);
  const bandwidth = compositions(bandwidthBudget, slices);
  const compute = compositions(computeBudget, slices);
  return {
    slices,
    size: bandwidth.length * compute.length,
    bandwidth,
    compute,
    maxBandwidthBlocks: bandwidthBudget - slices + 1,
    maxComputeBlocks: computeBudget - slices + 1,
  };
}

/** The allocation of an action index. */
export function allocationOf(space: ActionSpace, action: number): Allocation {
  const bandwidth = space.bandwidth[Math.floor(action / space.compute.length)];
  const compute = space.compute[action % space.compute.length];
  if (bandwidth === undefined || compute === undefined) {
    throw new RangeError(`expected an action below ${space.size}; received ${action}`);
  }
  return Float64Array.from([...bandwidth, ...compute]);
}

import { minBlocks } from "../core/allocation/allocation.ts";
import { type AllocationLimits, createAllocationEnvelope } from "../core/allocation/envelope.ts";
import { SlotwiseError } from "../core/errors.ts";
import { allocationOf, createActionSpace } from "../core/slicing/action-space.ts";
import { drawnObservations } from "../core/slicing/drawn-observations.ts";
import { createSqrtLoadPolicy } from "../core/slicing/policies/load-weighted.ts";
import { createBuiltInPolicy } from "../core/slicing/policies.ts";
import {
  bandwidthBlockBudget,
  computeBlockBudget,
  type SlicingScenario,
} from "../core/slicing/scenario.ts";
import { openOnnxPolicy } from "./policy/onnx-session.ts";
import type { AgentSystem } from "./system.ts";

/** Share of a slot that an inference may take; the rest is for waiting, applying and reading back. */
const inferenceShare = 0.5;

type BlockLimits = Omit<AllocationLimits, "slices" | "budgets">;

function refuseImpossible(
  { fewestBlocks = minBlocks, mostBlocks }: BlockLimits,
  slices: number,
  budget: number,
): void {
  const least = slices * fewestBlocks;
  if (least <= budget && fewestBlocks <= (mostBlocks ?? budget)) return;
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: `envelope limits that leave an allocation of ${budget} blocks to ${slices} slices`,
    received: `from ${fewestBlocks} to ${mostBlocks ?? budget} blocks for each`,
    consequence: "nothing was started",
  });
}

/**
 * The slicing system for an agent. Its safe policy is sqrt-load, and equal shares, which is
 * sqrt-load of nothing, before anything is known.
 *
 * @throws SlotwiseError CONFIG_INVALID where the limits leave no allocation
 */
export function createSlicingSystem(
  scenario: SlicingScenario,
  limits: BlockLimits = { slewBlocks: null },
): AgentSystem {
  const slices = scenario.slices.length;
  const budgets = [bandwidthBlockBudget(scenario), computeBlockBudget(scenario)];
  refuseImpossible(limits, slices, Math.min(...budgets));
  const space = createActionSpace(scenario);
  const sqrtLoad = createSqrtLoadPolicy(scenario);
  const nothing = new Float64Array(2 * slices);
  const shape = { observationLength: 2 * slices, actionLength: 2 * slices };
  const inferenceLimitMs = inferenceShare * scenario.slotMs;
  return {
    name: "slicing",
    slotMs: scenario.slotMs,
    ...shape,
    envelope: createAllocationEnvelope({ slices, budgets, ...limits }),
    safePolicyName: "sqrt-load (safe)",
    safePolicy: (last) => sqrtLoad.decide(last ?? nothing) as ArrayLike<number>,
    randomAction: (random) => allocationOf(space, random.integer(space.size)),
    builtInPolicy: (name, seed) => createBuiltInPolicy(name, scenario, seed),
    openPolicy: (bytes, name) => openOnnxPolicy(bytes, { name, inferenceLimitMs, ...shape }),
    drawnObservations: (seed) => drawnObservations(scenario, seed),
  };
}

import { demandPerUser } from "../slicing/observation.ts";
import {
  bandwidthBlockBudget,
  computeBlockBudget,
  mostTasksPerSlice,
  type SlicingScenario,
} from "../slicing/scenario.ts";
import type { BridgeSystem } from "./bridge.ts";

/** The slicing system as its simulator announces it: vectors of length 2I, whole blocks. */
export function describeSlicing(scenario: SlicingScenario): BridgeSystem {
  const slices = scenario.slices.length;
  const length = 2 * slices;
  const budgets = [bandwidthBlockBudget(scenario), computeBlockBudget(scenario)];
  const demand = Array.from(demandPerUser(scenario));
  return {
    system: "slicing",
    slotPeriodMs: scenario.slotMs,
    episodeSlots: scenario.episodeSlots,
    spaces: {
      observation: {
        shape: [length],
        low: demand.map(() => 0),
        high: demand.map((perTask) => perTask * mostTasksPerSlice(scenario)),
      },
      action: {
        shape: [length],
        low: demand.map(() => 1),
        high: budgets.flatMap((budget) => scenario.slices.map(() => budget - slices + 1)),
        budgets,
      },
    },
    scenario,
  };
}

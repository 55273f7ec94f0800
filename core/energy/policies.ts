import type { Random } from "../random.ts";
import { type Bound, dualBound, lowerBound } from "./bounds.ts";
import { dualRepair } from "./policies/dual-repair.ts";
import { type EnergyRun, RunRecord } from "./policies/energy-run.ts";
import { greedyAllocation } from "./policies/greedy.ts";
import { greedyPlaces } from "./policies/greedy-places.ts";
import { particleSwarm } from "./policies/particle-swarm.ts";
import { randomAllocation } from "./policies/random-allocation.ts";
import type { EnergyScenario } from "./scenario.ts";
import { defaultSweep } from "./sweep.ts";
import type { EnergySlot } from "./task.ts";

/** Decides all tasks of a slot. */
export type EnergyAllocator = (
  scenario: EnergyScenario,
  slot: EnergySlot,
  random: Random,
) => EnergyRun | Promise<EnergyRun>;

type BoundOf = (scenario: EnergyScenario, slot: EnergySlot) => Bound;

/** The decisions of a bound as they are: where they break C6–C8 they are not feasible. */
function decidedBy(bound: BoundOf): EnergyAllocator {
  return (scenario, slot) => {
    const record = new RunRecord(scenario, slot);
    record.note(bound(scenario, slot).decisions);
    return record.end();
  };
}

const greedySteps = { powerW: defaultSweep.powerStepW, frequencyHz: defaultSweep.frequencyStepHz };

const allocators: Readonly<Record<string, EnergyAllocator>> = {
  "lower-bound": decidedBy(lowerBound),
  dual: decidedBy(dualBound),
  "dual-repair": dualRepair,
  random: randomAllocation,
  greedy: (scenario, slot) => greedyAllocation(scenario, slot, greedySteps),
  "greedy-places": greedyPlaces,
  pso: (scenario, slot, random) => particleSwarm(scenario, slot, random),
};

/** Those that choose a place where the scenario has offloading; all others know only the edge. */
export const placePolicies: readonly string[] = ["lower-bound", "dual", "greedy-places"];

/** Names of the energy policies that need no model file. */
export const builtInEnergyPolicies: readonly string[] = Object.keys(allocators);

/** The built-in energy policy of that name, or undefined. */
export function builtInEnergyPolicy(name: string): EnergyAllocator | undefined {
  return Object.hasOwn(allocators, name) ? allocators[name] : undefined;
}

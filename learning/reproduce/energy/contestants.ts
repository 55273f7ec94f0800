import { dualRepair } from "../../../core/energy/policies/dual-repair.ts";
import type { EnergyRun } from "../../../core/energy/policies/energy-run.ts";
import { type GreedySteps, greedyAllocation } from "../../../core/energy/policies/greedy.ts";
import { particleSwarm } from "../../../core/energy/policies/particle-swarm.ts";
import { randomAllocation } from "../../../core/energy/policies/random-allocation.ts";
import type { EnergyScenario } from "../../../core/energy/scenario.ts";
import { defaultSweep } from "../../../core/energy/sweep.ts";
import type { EnergySlot } from "../../../core/energy/task.ts";
import type { Random } from "../../../core/random.ts";
import type { Algorithm } from "./series.ts";

/** One of the compared algorithms, ready to decide slots. */
export type Contestant = (
  scenario: EnergyScenario,
  slot: EnergySlot,
  random: Random,
) => EnergyRun | Promise<EnergyRun>;

/** GA raises by the steps of the learned algorithms, as in the paper. */
export const greedySettings: GreedySteps = {
  powerW: defaultSweep.powerStepW,
  frequencyHz: defaultSweep.frequencyStepHz,
};

export const fixedContestants = {
  RA: randomAllocation,
  GA: (scenario, slot) => greedyAllocation(scenario, slot, greedySettings),
  PSO: (scenario, slot, random) => particleSwarm(scenario, slot, random),
  "dual repair": dualRepair,
} satisfies Partial<Record<Algorithm, Contestant>>;

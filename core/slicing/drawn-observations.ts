import type { Allocation, Observation } from "../allocation/allocation.ts";
import { equalAllocation } from "./policies/equal.ts";
import { cellsAreCoupled, type SlicingScenario } from "./scenario.ts";
import { SlicingSimulation } from "./simulation.ts";

/**
 * What one access point observes, slot by slot, while every slice gets equal shares. The others are
 * simulated with it where they matter.
 */
export function drawnObservations(scenario: SlicingScenario, seed: number): () => Observation {
  const accessPoints = cellsAreCoupled(scenario) ? scenario.accessPoints : 1;
  const simulation = new SlicingSimulation({ ...scenario, accessPoints }, seed);
  const equal = new Array<Allocation>(accessPoints).fill(equalAllocation(scenario));
  return () => {
    const { observation } = simulation.next()[0] as { observation: Observation };
    if (scenario.arrivals !== undefined) simulation.apply(equal);
    return observation;
  };
}

import type { SlicingScenario } from "../../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../../core/slicing/simulation.ts";

/** The slice each user picks in each slot: one task a user and slot, as the model draws them. */
export function drawArrivals(scenario: SlicingScenario, seed: number, slots: number): Uint8Array[] {
  const simulation = new SlicingSimulation({ ...scenario, accessPoints: 1 }, seed);
  return Array.from({ length: slots }, () =>
    Uint8Array.from(simulation.next()[0]?.users ?? [], (user) => user.slice),
  );
}

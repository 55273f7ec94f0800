import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { ObservationSource, Reading } from "./observation-source.ts";

/** Demand drawn as the slicing model draws it, without a simulator and without feedback. */
export class DrawnSource implements ObservationSource {
  private readonly simulation: SlicingSimulation;

  constructor(scenario: SlicingScenario, seed: number) {
    this.simulation = new SlicingSimulation({ ...scenario, accessPoints: 1 }, seed);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  read(): Promise<Reading | undefined> {
    const slot = this.simulation.next()[0];
    return Promise.resolve(slot && { observation: slot.observation });
  }
}

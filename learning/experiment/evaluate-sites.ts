import type { AccessPointSlot } from "../../core/slicing/demand/demand.ts";
import type { Outcome } from "../../core/slicing/outcome.ts";
import {
  meanPerformance,
  type Performance,
  performanceOf,
} from "../../core/slicing/performance.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { SlicingTraining } from "./slicing-training.ts";

/** Slots decided in one run; one where tasks queue, since what is observed depends on the slot before. */
const slotsPerRun = 200;

/** A site's world and its slots at hand: [slots][accessPoints]. */
class SiteWorld {
  private readonly simulation: SlicingSimulation;
  private slots: (readonly AccessPointSlot[])[] = [];

  constructor(simulation: SlicingSimulation) {
    this.simulation = simulation;
  }

  draw(count: number): void {
    this.slots = Array.from({ length: count }, () => this.simulation.next());
  }

  /** [accessPoints][slots] */
  observations(): Float64Array[][] {
    return Array.from({ length: this.simulation.scenario.accessPoints }, (_, b) =>
      this.slots.map((slot) => (slot[b] as AccessPointSlot).observation),
    );
  }

  /**
   * What these allocations bring where anybody asks for something, access point after access point.
   *
   * @param allocations [accessPoints][slots]
   */
  outcomes(allocations: readonly (readonly Float64Array[])[]): Outcome[] {
    const bySlot = this.slots.map((slot, t) =>
      this.simulation.apply(
        allocations.map((own) => own[t] as Float64Array),
        slot,
      ),
    );
    return allocations
      .flatMap((_, b) => bySlot.map((outcomes) => outcomes[b]))
      .filter((outcome) => outcome !== undefined);
  }
}

/**
 * What the greedy policies of every site bring on the same drawn slots, each access point by its own
 * learner.
 *
 * @param scenario may differ from the one trained on in everything but slices and budgets
 * @returns one per seed
 */
export async function evaluateSites(
  training: Pick<SlicingTraining, "learners" | "agentsOf">,
  sites: number,
  scenario: SlicingScenario,
  slots: number,
  seed: number,
): Promise<Performance[]> {
  const performances = Array.from({ length: sites }, (): Performance[] => []);
  const worlds = performances.map(() => new SiteWorld(new SlicingSimulation(scenario, seed)));
  const run = scenario.arrivals === undefined ? slotsPerRun : 1;
  for (let done = 0; done < slots; done += run) {
    for (const world of worlds) world.draw(Math.min(run, slots - done));
    const seen = worlds.flatMap((world) => world.observations());
    const decisions = await training.learners.greedy(seen);
    for (const [site, own] of performances.entries()) {
      const allocations = training.agentsOf(site).map((agent) => decisions[agent]?.actions ?? []);
      const outcomes = (worlds[site] as SiteWorld).outcomes(allocations);
      own.push(...outcomes.map((outcome) => performanceOf(scenario, outcome)));
    }
  }
  return performances.map(meanPerformance);
}

import type { AccessPointSlot } from "../../core/slicing/demand/demand.ts";
import type { Outcome } from "../../core/slicing/outcome.ts";
import { performanceOf } from "../../core/slicing/performance.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { SlicingTraining } from "./slicing-training.ts";

/** Means over slots and access points, those without any demand left out. */
export interface SitePerformance {
  readonly meanDelayMs: number;
  readonly satisfaction: number;
  readonly rewardMs: number;
  readonly rewardSlot: number;
}

/** Adds up what a site's slots were worth. */
class PerformanceMean {
  private readonly scenario: SlicingScenario;
  private readonly sums = { meanDelayMs: 0, satisfaction: 0, rewardMs: 0, rewardSlot: 0 };
  private count = 0;

  constructor(scenario: SlicingScenario) {
    this.scenario = scenario;
  }

  add(outcome: Outcome | undefined): void {
    if (outcome === undefined) return;
    const performance = performanceOf(this.scenario, outcome);
    this.count++;
    for (const name of Object.keys(this.sums) as (keyof SitePerformance)[]) {
      this.sums[name] += performance[name];
    }
  }

  get value(): SitePerformance {
    const { sums, count } = this;
    return {
      meanDelayMs: sums.meanDelayMs / count,
      satisfaction: sums.satisfaction / count,
      rewardMs: sums.rewardMs / count,
      rewardSlot: sums.rewardSlot / count,
    };
  }
}

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
   * What these allocations bring: [accessPoints][slots].
   *
   * @param allocations [accessPoints][slots]
   */
  outcomes(allocations: readonly (readonly Float64Array[])[]): (Outcome | undefined)[][] {
    const bySlot = this.slots.map((slot, t) =>
      this.simulation.apply(
        allocations.map((own) => own[t] as Float64Array),
        slot,
      ),
    );
    return allocations.map((_, b) => bySlot.map((outcomes) => outcomes[b]));
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
): Promise<SitePerformance[]> {
  const means = Array.from({ length: sites }, () => new PerformanceMean(scenario));
  const worlds = means.map(() => new SiteWorld(new SlicingSimulation(scenario, seed)));
  const run = scenario.arrivals === undefined ? slotsPerRun : 1;
  for (let done = 0; done < slots; done += run) {
    for (const world of worlds) world.draw(Math.min(run, slots - done));
    const seen = worlds.flatMap((world) => world.observations());
    const decisions = await training.learners.greedy(seen);
    for (const [site, mean] of means.entries()) {
      const allocations = training.agentsOf(site).map((agent) => decisions[agent]?.actions ?? []);
      for (const outcome of (worlds[site] as SiteWorld).outcomes(allocations).flat()) {
        mean.add(outcome);
      }
    }
  }
  return means.map(({ value }) => value);
}

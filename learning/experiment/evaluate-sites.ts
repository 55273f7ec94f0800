import { performanceOf } from "../../core/slicing/evaluation.ts";
import { accessPointOutcome } from "../../core/slicing/outcome.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { type AccessPointSlot, SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { User } from "../../core/slicing/user.ts";
import type { SlicingTraining } from "./slicing-training.ts";

/** Means over slots and access points. */
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

  add(users: readonly User[], allocation: Float64Array): void {
    const outcome = accessPointOutcome(this.scenario, users, allocation);
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

const slotsPerRun = 200;

/** The next slots of every access point: [accessPoints][slots]. */
function drawSlots(simulation: SlicingSimulation, count: number): AccessPointSlot[][] {
  const drawn = Array.from({ length: count }, () => simulation.next());
  return Array.from({ length: simulation.scenario.accessPoints }, (_, b) =>
    drawn.map((slot) => slot[b] as AccessPointSlot),
  );
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
  const simulation = new SlicingSimulation(scenario, seed);
  const means = Array.from({ length: sites }, () => new PerformanceMean(scenario));
  for (let done = 0; done < slots; done += slotsPerRun) {
    const drawn = drawSlots(simulation, Math.min(slotsPerRun, slots - done));
    const seen = drawn.map((own) => own.map(({ observation }) => observation));
    const decisions = await training.learners.greedy(means.flatMap(() => seen));
    for (const [site, mean] of means.entries()) {
      for (const [b, agent] of training.agentsOf(site).entries()) {
        const allocations = decisions[agent]?.actions ?? [];
        for (const [t, { users }] of (drawn[b] ?? []).entries()) {
          mean.add(users, allocations[t] as Float64Array);
        }
      }
    }
  }
  return means.map(({ value }) => value);
}

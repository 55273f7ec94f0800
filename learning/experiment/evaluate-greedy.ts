import { accessPointOutcome } from "../../core/slicing/outcome.ts";
import { reward } from "../../core/slicing/reward.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { type AccessPointSlot, SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { Learner } from "../learner.ts";

/** Means over access points and slots. */
export interface Evaluation {
  /** Slots times access points. */
  readonly slots: number;
  readonly meanDelayMs: number;
  readonly satisfaction: number;
  /** Reward with the delay in ms (A4). */
  readonly rewardMs: number;
}

const batchSlots = 100;

/**
 * Runs a learner's greedy policy over drawn slots, without learning.
 *
 * @param slots of each access point
 */
export async function evaluateGreedy(
  learner: Pick<Learner, "greedy">,
  scenario: SlicingScenario,
  slots: number,
  seed: number,
): Promise<Evaluation> {
  const simulation = new SlicingSimulation(scenario, seed);
  const total = { meanDelayMs: 0, satisfaction: 0, rewardMs: 0 };
  let count = 0;
  for (let done = 0; done < slots; done += batchSlots) {
    const length = Math.min(batchSlots, slots - done);
    const batch = Array.from({ length }, () => simulation.next()).flat();
    const { allocations } = await learner.greedy(batch.map(({ observation }) => observation));
    for (const [i, { users }] of batch.entries() as IterableIterator<[number, AccessPointSlot]>) {
      const outcome = accessPointOutcome(scenario, users, allocations[i] as Float64Array);
      total.meanDelayMs += outcome.meanDelayMs;
      total.satisfaction += outcome.satisfaction;
      total.rewardMs += reward(scenario, outcome, "ms");
    }
    count += batch.length;
  }
  return {
    slots: count,
    meanDelayMs: total.meanDelayMs / count,
    satisfaction: total.satisfaction / count,
    rewardMs: total.rewardMs / count,
  };
}

import type { Policy } from "../../policy.ts";
import { channelGain } from "../../radio.ts";
import { exponential, type Random } from "../../random.ts";
import { ActionRewards, argmax } from "../action-rewards.ts";
import { type ActionSpace, allocationOf } from "../action-space.ts";
import { usersFromBits } from "../observation.ts";
import type { SlicingScenario } from "../scenario.ts";
import { drawDistancesKm, type User } from "../user.ts";

/**
 * The best action given only the observation, in expectation over positions and fading, estimated
 * over `samples` drawn slots and remembered per observation.
 */
export function createObservationOptimalPolicy(
  scenario: SlicingScenario,
  space: ActionSpace,
  random: Random,
  samples = 512,
): Policy {
  const rewards = new ActionRewards(scenario, space);
  const known = new Map<string, Float64Array>();

  const drawUsersOf = (slices: readonly number[]): User[] => {
    const distancesKm = drawDistancesKm(
      { ...scenario, usersPerAccessPoint: slices.length },
      random,
    );
    return slices.map((slice, u) => ({
      slice,
      uplinkGain: channelGain(distancesKm[u] as number, exponential(random)),
      downlinkGain: channelGain(distancesKm[u] as number, exponential(random)),
    }));
  };

  const search = (slices: readonly number[]): Float64Array => {
    const sums = new Float64Array(space.size);
    for (let s = 0; s < samples; s++) rewards.addTo(sums, drawUsersOf(slices));
    return allocationOf(space, argmax(sums));
  };

  const decide = (observation: Float64Array) => {
    const counts = Array.from(usersFromBits(scenario, observation), Math.round);
    const key = counts.join();
    const slices = counts.flatMap((count, slice) => new Array<number>(count).fill(slice));
    const best = known.get(key) ?? search(slices);
    known.set(key, best);
    return best;
  };
  return { name: "observation-optimal", decide };
}

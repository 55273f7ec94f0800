import { channelGain } from "../radio.ts";
import { exponential, type Random } from "../random.ts";
import type { SlicingScenario } from "./scenario.ts";

/** A user's gains to and from every access point; those of the serving one are not used. */
export interface CrossGains {
  readonly uplink: Float64Array;
  readonly downlink: Float64Array;
}

/** One user in one slot: the slice it picked and its gains, equation (3). */
export interface User {
  readonly slice: number;
  readonly uplinkGain: number;
  readonly downlinkGain: number;
  /** Tasks it brings in this slot; one where left out. */
  readonly tasks?: number;
  /** Where interference counts. */
  readonly cross?: CrossGains;
}

/** How many users an access point serves in one episode. */
function drawUserCount(scenario: SlicingScenario, random: Random): number {
  const { usersPerAccessPoint: most, fewestUsersPerAccessPoint: fewest } = scenario;
  return fewest === undefined ? most : fewest + random.integer(most - fewest + 1);
}

/** AP-user distances in km for one episode (A6), uniform in the cell's disc. */
export function drawDistancesKm(scenario: SlicingScenario, random: Random): Float64Array {
  return Float64Array.from({ length: drawUserCount(scenario, random) }, () => {
    const radiusM = scenario.cellRadiusM * Math.sqrt(random.uniform());
    return Math.max(radiusM, scenario.minDistanceM) / 1e3;
  });
}

/** The slice of a task. */
export function drawSlice(scenario: SlicingScenario, random: Random): number {
  let rest = random.uniform();
  for (const [index, slice] of scenario.slices.entries()) {
    rest -= slice.probability;
    if (rest < 0) return index;
  }
  return scenario.slices.length - 1;
}

/** The gains of a user's own links: fading is drawn anew in every slot (A6). */
export function drawGains(
  distanceKm: number,
  random: Random,
): Pick<User, "uplinkGain" | "downlinkGain"> {
  return {
    uplinkGain: channelGain(distanceKm, exponential(random)),
    downlinkGain: channelGain(distanceKm, exponential(random)),
  };
}

/** n_i, users of each slice. */
export function countUsers(users: readonly User[], slices: number): Float64Array {
  const counts = new Float64Array(slices);
  for (const user of users) counts[user.slice] = (counts[user.slice] ?? 0) + 1;
  return counts;
}

import type { Allocation } from "../allocation/allocation.ts";
import { channelGain, milliwatts } from "../radio.ts";
import { exponential, type Random } from "../random.ts";
import type { Point } from "./mobility/area.ts";
import { distanceToKm } from "./mobility/line.ts";
import type { SlicingScenario } from "./scenario.ts";
import { bandwidthShareMhz } from "./share.ts";
import { type CrossGains, countUsers, type User } from "./user.ts";

/** Gains of every link of a user in one slot, Rayleigh like its own. */
export function drawCrossGains(
  scenario: SlicingScenario,
  position: Point,
  random: Random,
): CrossGains {
  const draw = () =>
    Float64Array.from({ length: scenario.accessPoints }, (_, b) =>
      channelGain(distanceToKm(scenario, b, position), exponential(random)),
    );
  return { uplink: draw(), downlink: draw() };
}

/** What one slice of one cell sends: over its band [from, to) in blocks, evenly. */
interface SliceBand {
  readonly from: number;
  readonly to: number;
  /** Users on the air; none where a share has no bandwidth unit. */
  readonly users: readonly User[];
}

function sliceBands(
  scenario: SlicingScenario,
  users: readonly User[],
  allocation: Allocation,
): SliceBand[] {
  const counts = countUsers(users, scenario.slices.length);
  let from = 0;
  return scenario.slices.map((_, slice) => {
    const blocks = allocation[slice] as number;
    const to = from + blocks;
    const onAir = bandwidthShareMhz(scenario, blocks, counts[slice] as number) > 0;
    const band = { from, to, users: onAir ? users.filter((user) => user.slice === slice) : [] };
    from = to;
    return band;
  });
}

/** Share of a band's width on which another band sends. */
function overlap(band: SliceBand, other: SliceBand): number {
  const blocks = Math.min(band.to, other.to) - Math.max(band.from, other.from);
  return Math.max(0, blocks) / (band.to - band.from);
}

/**
 * The users of every access point with the gains that make their SNR the SINR under these
 * allocations. Noise and interference both have a density, N and J in mW/MHz, over a user's share, so
 * G P / ((N + J) w) is the SNR of the gain G N / (N + J).
 *
 * A user sends P_U, an access point P_A for each of its users, as in (4) and (5). Where in its slice's
 * band a user's share lies is averaged over: its power fills that band evenly.
 */
export function interferedUsers(
  scenario: SlicingScenario,
  { activity }: NonNullable<SlicingScenario["interference"]>,
  cells: readonly (readonly User[])[],
  allocations: readonly Allocation[],
): User[][] {
  const noise = milliwatts(scenario.noisePsdDbmPerHz) * 1e6;
  const userPower = activity * milliwatts(scenario.userPowerDbm);
  const accessPointPower = activity * milliwatts(scenario.apPowerDbm);
  const bands = cells.map((users, b) => sliceBands(scenario, users, allocations[b] as Allocation));

  /** Sum over the slices of other cells: overlap × what `power` says comes from one, mW/MHz. */
  const density = (b: number, band: SliceBand, power: (c: number, other: SliceBand) => number) => {
    let sum = 0;
    for (const [c, others] of bands.entries()) {
      if (c === b) continue;
      for (const other of others) {
        const share = overlap(band, other);
        if (share === 0) continue;
        const widthMhz = (other.to - other.from) * scenario.bandwidthBlockMhz;
        sum += (share * power(c, other)) / widthMhz;
      }
    }
    return sum;
  };

  return cells.map((users, b) => {
    const own = bands[b] as SliceBand[];
    const uplink = own.map((band) =>
      density(b, band, (_, other) =>
        other.users.reduce((sum, { cross }) => sum + userPower * (cross?.uplink[b] ?? 0), 0),
      ),
    );
    return users.map((user) => {
      const downlink = density(
        b,
        own[user.slice] as SliceBand,
        (c, other) => other.users.length * accessPointPower * (user.cross?.downlink[c] ?? 0),
      );
      return {
        ...user,
        uplinkGain: user.uplinkGain * (noise / (noise + (uplink[user.slice] as number))),
        downlinkGain: user.downlinkGain * (noise / (noise + downlink)),
      };
    });
  });
}

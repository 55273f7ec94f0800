import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { allocationOf, createActionSpace } from "../../../../core/slicing/action-space.ts";
import { interferedUsers } from "../../../../core/slicing/interference.ts";
import { slicingScenarioSchema } from "../../../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../../../core/slicing/simulation.ts";
import type { User } from "../../../../core/slicing/user.ts";

/** N = 1e-3 mW/MHz, P_U = 1 mW, P_A = 100 mW, 4 blocks of 2 MHz for two slices. */
const small = slicingScenarioSchema.parse({
  accessPoints: 2,
  bandwidthMhz: 8,
  noisePsdDbmPerHz: -90,
  userPowerDbm: 0,
  apPowerDbm: 20,
  interference: {},
  slices: [
    { probability: 0.5, uplinkKbit: 1, workKmc: 1, maxDelayMs: 5 },
    { probability: 0.5, uplinkKbit: 1, workKmc: 1, maxDelayMs: 5 },
  ],
});

const user = (slice: number, up: readonly number[], down: readonly number[]): User => ({
  slice,
  uplinkGain: 1,
  downlinkGain: 1,
  cross: { uplink: Float64Array.from(up), downlink: Float64Array.from(down) },
});

/** Cell 0: slice 0 holds blocks 0–2; cell 1: slice 0 holds block 0, slice 1 blocks 1–3. */
const cells = [
  [user(0, [9, 9], [9, 0.01])],
  [user(0, [0.4, 9], [0.2, 9]), user(1, [0.6, 9], [0.3, 9])],
];
const allocations = [Float64Array.from([3, 1, 1, 1]), Float64Array.from([1, 3, 1, 1])];

describe("interferedUsers", () => {
  it("gives gains computed by hand", () => {
    const [first, second] = interferedUsers(small, { activity: 1 }, cells, allocations);
    // Uplink at access point 0, slice 0: a third of its band under 0.4 mW over 2 MHz, two thirds
    // under 0.6 mW over 6 MHz: 0.2 / 3 + 0.2 / 3 mW/MHz.
    const uplink = 0.2 / 3 + (0.1 * 2) / 3;
    expect(first?.[0]?.uplinkGain).toBeCloseTo(1e-3 / (1e-3 + uplink), 12);
    // Downlink there: access point 1 sends 100 mW over 2 MHz and 100 mW over 6 MHz, gain 0.01.
    const downlink = (1 / 3) * (100 / 2) * 0.01 + (2 / 3) * (100 / 6) * 0.01;
    expect(first?.[0]?.downlinkGain).toBeCloseTo(1e-3 / (1e-3 + downlink), 12);
    // Access point 1: slice 0 lies in cell 0's slice 0; of slice 1's three blocks two do, and in the
    // third cell 0 has nobody.
    expect(second?.[0]?.uplinkGain).toBeCloseTo(1e-3 / (1e-3 + 9 / 6), 12);
    expect(second?.[1]?.uplinkGain).toBeCloseTo(1e-3 / (1e-3 + (2 / 3) * (9 / 6)), 12);
    expect(second?.[1]?.downlinkGain).toBeCloseTo(1e-3 / (1e-3 + (2 / 3) * (100 / 6) * 0.3), 12);
  });

  it("counts an interferer for the share of the time it is on the air", () => {
    const [first] = interferedUsers(small, { activity: 0.1 }, cells, allocations);
    expect(first?.[0]?.uplinkGain).toBeCloseTo(1e-3 / (1e-3 + 0.04 / 3), 12);
  });

  it("hears nothing from users whose share has no bandwidth unit", () => {
    const wide = { ...small, bandwidthUnitMhz: 7 };
    const [first] = interferedUsers(wide, { activity: 1 }, cells, allocations);
    expect(first?.[0]?.uplinkGain).toBe(1);
  });

  it("never raises a gain, and raises none less the more its neighbours are on the air", () => {
    const scenario = slicingScenarioSchema.parse({ usersPerAccessPoint: 5, interference: {} });
    const space = createActionSpace(scenario);
    const activities = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), activities, activities, (seed, a, b) => {
        const random = createRandom(seed);
        const drawn = new SlicingSimulation(scenario, seed).next().map(({ users }) => users);
        const random4 = drawn.map(() => allocationOf(space, random.integer(space.size)));
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((activity) =>
          interferedUsers(scenario, { activity }, drawn, random4).flat(),
        );
        for (const [k, { uplinkGain, downlinkGain }] of drawn.flat().entries()) {
          const [quiet, loud] = [less?.[k] as User, more?.[k] as User];
          expect(quiet.uplinkGain).toBeLessThanOrEqual(uplinkGain);
          expect(quiet.downlinkGain).toBeLessThanOrEqual(downlinkGain);
          expect(loud.uplinkGain).toBeLessThanOrEqual(quiet.uplinkGain);
          expect(loud.downlinkGain).toBeLessThanOrEqual(quiet.downlinkGain);
        }
      }),
      { numRuns: 40 },
    );
  });
});

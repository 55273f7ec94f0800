import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../../core/random.ts";
import type { PlacedUser } from "../../../../../core/slicing/placement/placement.ts";
import { RoamingPlacement } from "../../../../../core/slicing/placement/roaming.ts";
import { slicingScenarioSchema } from "../../../../../core/slicing/scenario.ts";

const scenario = slicingScenarioSchema.parse({
  usersPerAccessPoint: 3,
  slotMs: 200,
  mobility: { model: "random-waypoint", minSpeedMPerS: 5, maxSpeedMPerS: 20 },
});
const mobility = scenario.mobility as NonNullable<typeof scenario.mobility>;

const servingOf = (cells: readonly (readonly PlacedUser[])[]) =>
  new Map(cells.flatMap((users, b) => users.map(({ id }) => [id, b] as const)));

describe("RoamingPlacement", () => {
  it("keeps every user, each at one access point, while the numbers of users change", () => {
    const placement = new RoamingPlacement(scenario, mobility, createRandom(5));
    const slots = Array.from({ length: 300 }, () => placement.next());
    for (const cells of slots) {
      expect(cells.flat()).toHaveLength(12);
      expect(servingOf(cells).size).toBe(12);
    }
    const sizes = new Set(slots.flat().map((users) => users.length));
    expect(sizes.has(0)).toBe(true);
    expect(sizes.size).toBeGreaterThan(5);
  });

  it("counts the users whose access point changed", () => {
    const placement = new RoamingPlacement(scenario, mobility, createRandom(6));
    let before = servingOf(placement.next());
    let changes = 0;
    for (let slot = 0; slot < 300; slot++) {
      const now = servingOf(placement.next());
      changes += [...now].filter(([id, b]) => before.get(id) !== b).length;
      before = now;
    }
    expect(changes).toBeGreaterThan(20);
    expect(placement.handovers).toBe(changes);
  });
});

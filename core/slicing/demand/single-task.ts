import type { Allocation } from "../../allocation/allocation.ts";
import type { Random } from "../../random.ts";
import { observe } from "../observation.ts";
import { accessPointOutcome } from "../outcome.ts";
import type { PlacedUser } from "../placement/placement.ts";
import type { SlicingScenario } from "../scenario.ts";
import { countUsers, drawGains, drawSlice, type User } from "../user.ts";
import type { AccessPointSlot, Demand } from "./demand.ts";

/** The paper's demand: every user has one new task in every slot, and nothing outlasts a slot. */
export class SingleTaskDemand implements Demand {
  private readonly scenario: SlicingScenario;

  constructor(scenario: SlicingScenario) {
    this.scenario = scenario;
  }

  draw(_b: number, placed: readonly PlacedUser[], random: Random): AccessPointSlot {
    const users = placed.map(
      ({ distanceKm, cross }): User => ({
        slice: drawSlice(this.scenario, random),
        ...drawGains(distanceKm, random),
        ...(cross !== undefined && { cross }),
      }),
    );
    const counts = countUsers(users, this.scenario.slices.length);
    return { users, observation: observe(this.scenario, counts) };
  }

  serve(_b: number, users: readonly User[], allocation: Allocation) {
    return users.length === 0 ? undefined : accessPointOutcome(this.scenario, users, allocation);
  }
}

import type { Allocation, Observation } from "../../allocation/allocation.ts";
import type { Random } from "../../random.ts";
import type { Outcome } from "../outcome.ts";
import type { PlacedUser } from "../placement/placement.ts";
import type { User } from "../user.ts";

/** One access point's slot: its users and what they ask for. */
export interface AccessPointSlot {
  readonly users: readonly User[];
  readonly observation: Observation;
}

/** What the users of the access points ask for, slot by slot, and what comes of it. */
export interface Demand {
  /** Draws access point b's slot. */
  draw(b: number, placed: readonly PlacedUser[], random: Random): AccessPointSlot;
  /**
   * What access point b's slot brings under an allocation; undefined where nobody asks for anything.
   *
   * @param users those of the slot just drawn, in its order
   */
  serve(b: number, users: readonly User[], allocation: Allocation): Outcome | undefined;
}

import type { Point } from "../mobility/area.ts";
import type { CrossGains } from "../user.ts";

/** A user at the access point that serves it in a slot. */
export interface PlacedUser {
  /** The same in every slot, and no other user's. */
  readonly id: number;
  readonly position: Point;
  readonly distanceKm: number;
  /** Where interference counts. */
  readonly cross?: CrossGains;
}

/** Where users are and who serves them, slot by slot. */
export interface Placement {
  /** The users of every access point in the next slot. */
  next(episodeStarts: boolean): readonly (readonly PlacedUser[])[];
  /** Changes of the serving access point so far. */
  readonly handovers: number;
}

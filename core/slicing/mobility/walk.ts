import type { Point } from "./area.ts";

/** One user's way; a step is one slot. */
export interface Walk {
  readonly position: Point;
  step(): void;
}

import type { Random } from "../../random.ts";

/** A place in the plane, m. */
export interface Point {
  readonly xM: number;
  readonly yM: number;
}

/** The rectangle users move in. */
export interface Area {
  readonly from: Point;
  readonly to: Point;
}

export function uniformPoint({ from, to }: Area, random: Random): Point {
  return {
    xM: from.xM + random.uniform() * (to.xM - from.xM),
    yM: from.yM + random.uniform() * (to.yM - from.yM),
  };
}

import type { Random } from "../../random.ts";
import { type Area, type Point, uniformPoint } from "./area.ts";
import type { RandomWaypoint } from "./mobility-config.ts";
import type { Walk } from "./walk.ts";

/** A rest at its start, then a straight way at one speed. */
interface Trip {
  readonly from: Point;
  readonly to: Point;
  readonly lengthM: number;
  readonly speedMPerS: number;
}

/**
 * Random waypoint (Johnson and Maltz, 1996): to a uniform point of the area, at a uniform speed, rest,
 * and again. It begins in its steady state: the trip under way is drawn with a chance in proportion to
 * its duration, so there is no initial drift to the centre nor to lower speeds (Navidi and Camp, 2004).
 */
export class RandomWaypointWalk implements Walk {
  private readonly model: RandomWaypoint;
  private readonly area: Area;
  private readonly slotS: number;
  private readonly random: Random;
  private trip: Trip;
  private elapsedS: number;

  constructor(model: RandomWaypoint, area: Area, slotS: number, random: Random) {
    this.model = model;
    this.area = area;
    this.slotS = slotS;
    this.random = random;
    this.trip = this.tripUnderWay();
    this.elapsedS = random.uniform() * this.durationS(this.trip);
  }

  get position(): Point {
    const { from, to, lengthM, speedMPerS } = this.trip;
    const walkedM = Math.max(0, this.elapsedS - this.model.pauseS) * speedMPerS;
    const share = lengthM === 0 ? 0 : Math.min(1, walkedM / lengthM);
    return {
      xM: from.xM + share * (to.xM - from.xM),
      yM: from.yM + share * (to.yM - from.yM),
    };
  }

  step(): void {
    this.elapsedS += this.slotS;
    for (;;) {
      const durationS = this.durationS(this.trip);
      if (this.elapsedS < durationS) return;
      this.elapsedS -= durationS;
      this.trip = this.drawTrip(this.trip.to);
    }
  }

  private durationS({ lengthM, speedMPerS }: Trip): number {
    return this.model.pauseS + lengthM / speedMPerS;
  }

  private drawTrip(from: Point): Trip {
    const { minSpeedMPerS, maxSpeedMPerS } = this.model;
    const to = uniformPoint(this.area, this.random);
    const lengthM = Math.hypot(to.xM - from.xM, to.yM - from.yM);
    const speedMPerS = minSpeedMPerS + this.random.uniform() * (maxSpeedMPerS - minSpeedMPerS);
    return { from, to, lengthM, speedMPerS };
  }

  private tripUnderWay(): Trip {
    const { from, to } = this.area;
    const diagonalM = Math.hypot(to.xM - from.xM, to.yM - from.yM);
    const longestS = this.model.pauseS + diagonalM / this.model.minSpeedMPerS;
    for (;;) {
      const trip = this.drawTrip(uniformPoint(this.area, this.random));
      if (this.random.uniform() * longestS < this.durationS(trip)) return trip;
    }
  }
}

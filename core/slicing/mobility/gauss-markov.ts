import { type Random, standardNormal } from "../../random.ts";
import { type Area, type Point, uniformPoint } from "./area.ts";
import type { GaussMarkov } from "./mobility-config.ts";
import type { Walk } from "./walk.ts";

/** One axis: a coordinate that never ends, and its velocity around a mean. */
interface Axis {
  m: number;
  mPerS: number;
  readonly meanMPerS: number;
}

/**
 * Gauss-Markov (Liang and Haas, 1999): v ← a v + (1 − a) v̄ + σ √(1 − a²) w on each axis, with
 * a = exp(−τ / memory) and w standard normal. A user's v̄ has the mean speed and a direction of its
 * own. The borders reflect: the way goes on in a plane without end, which is folded into the area.
 * It begins in its steady state, uniform in the area.
 */
export class GaussMarkovWalk implements Walk {
  private readonly model: GaussMarkov;
  private readonly area: Area;
  private readonly slotS: number;
  private readonly random: Random;
  private readonly x: Axis;
  private readonly y: Axis;

  constructor(model: GaussMarkov, area: Area, slotS: number, random: Random) {
    this.model = model;
    this.area = area;
    this.slotS = slotS;
    this.random = random;
    const start = uniformPoint(area, random);
    const direction = 2 * Math.PI * random.uniform();
    this.x = this.axis(start.xM, model.meanSpeedMPerS * Math.cos(direction));
    this.y = this.axis(start.yM, model.meanSpeedMPerS * Math.sin(direction));
  }

  get position(): Point {
    const { from, to } = this.area;
    return { xM: fold(this.x.m, from.xM, to.xM), yM: fold(this.y.m, from.yM, to.yM) };
  }

  step(): void {
    this.stepAxis(this.x);
    this.stepAxis(this.y);
  }

  private axis(m: number, meanMPerS: number): Axis {
    const mPerS = meanMPerS + this.model.speedDeviationMPerS * standardNormal(this.random);
    return { m, mPerS, meanMPerS };
  }

  private stepAxis(axis: Axis): void {
    const { memoryS, speedDeviationMPerS } = this.model;
    const kept = Math.exp(-this.slotS / memoryS);
    const noise = speedDeviationMPerS * Math.sqrt(1 - kept * kept) * standardNormal(this.random);
    axis.mPerS = kept * axis.mPerS + (1 - kept) * axis.meanMPerS + noise;
    axis.m += axis.mPerS * this.slotS;
  }
}

/** A coordinate reflected at both ends of [from, to] as often as needed. */
export function fold(coordinate: number, from: number, to: number): number {
  const width = to - from;
  const phase = (coordinate - from) % (2 * width);
  const ahead = phase < 0 ? phase + 2 * width : phase;
  return from + (ahead <= width ? ahead : 2 * width - ahead);
}

import type { Random } from "../../core/random.ts";

/** ε-greedy: with chance `rate` a slot's action is a random one in place of the policy's. */
export class Exploration {
  /** ε, in [0, 1]; whoever learns sets it. */
  rate: number;
  private readonly random: Random;
  private readonly draw: (random: Random) => ArrayLike<number>;

  constructor(rate: number, random: Random, draw: (random: Random) => ArrayLike<number>) {
    this.rate = rate;
    this.random = random;
    this.draw = draw;
  }

  /** A random action, or undefined where the policy decides. */
  propose(): ArrayLike<number> | undefined {
    return this.random.uniform() < this.rate ? this.draw(this.random) : undefined;
  }
}

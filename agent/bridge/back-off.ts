const firstDelayMs = 150;
const longestDelayMs = 2000;

/** Delays between attempts to connect: doubling up to 2 s, each shortened by up to half at random. */
export class BackOff {
  private readonly uniform: () => number;
  private attempts = 0;

  /** @param uniform a number in [0, 1) */
  constructor(uniform: () => number) {
    this.uniform = uniform;
  }

  nextDelayMs(): number {
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** this.attempts);
    this.attempts++;
    return delayMs * (1 - this.uniform() / 2);
  }

  reset(): void {
    this.attempts = 0;
  }
}

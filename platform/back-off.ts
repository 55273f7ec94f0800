/** Bounds of the wait before a connection is tried again, ms. */
export interface BackOffBounds {
  readonly firstMs: number;
  readonly capMs: number;
}

/**
 * Exponential back-off with full jitter: each wait is uniform in [0, min(cap, first · 2^failures)),
 * so that clients that lost a peer together do not come back together.
 */
export class BackOff {
  private readonly bounds: BackOffBounds;
  private readonly uniform: () => number;
  private failures = 0;

  /** @param uniform a number in [0, 1) */
  constructor(bounds: BackOffBounds, uniform: () => number) {
    this.bounds = bounds;
    this.uniform = uniform;
  }

  nextDelayMs(): number {
    const { firstMs, capMs } = this.bounds;
    const delayMs = this.uniform() * Math.min(capMs, firstMs * 2 ** this.failures);
    this.failures++;
    return delayMs;
  }

  reset(): void {
    this.failures = 0;
  }
}

/** Bounds of the wait before a connection is tried again, ms. */
export interface BackOff {
  readonly firstMs: number;
  readonly capMs: number;
}

/**
 * Exponential back-off with full jitter: uniform in [0, min(cap, first · 2^failures)), so that
 * clients that lost a broker together do not come back together.
 *
 * @param uniform in [0, 1)
 */
export function backOffDelayMs(backOff: BackOff, failures: number, uniform: number): number {
  return uniform * Math.min(backOff.capMs, backOff.firstMs * 2 ** failures);
}

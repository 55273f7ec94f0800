import type { BackOffBounds } from "../back-off.ts";

/** How much longer an outage may last because of waits between tries, as a share of itself. */
const shareOfOutage = 1 / 6;

/**
 * Jittered back-off by how long the peer has been away: each wait is uniform in
 * [0, min(cap, first + away / 6)). Waits grow by a factor as doubling ones do, but with the outage
 * and not with the number of tries: a peer that was away for half a minute is found within seconds of
 * its return, and one that was away for long is not asked more than its absence justifies. The first
 * bound spreads those who lost the peer together.
 */
export class OutageBackOff {
  private readonly bounds: BackOffBounds;
  private readonly uniform: () => number;
  private sinceMs: number | undefined;

  /** @param uniform a number in [0, 1) */
  constructor(bounds: BackOffBounds, uniform: () => number) {
    this.bounds = bounds;
    this.uniform = uniform;
  }

  /** @param nowMs on any monotonic clock; the first call since `reset` begins the outage */
  nextDelayMs(nowMs: number): number {
    this.sinceMs ??= nowMs;
    const { firstMs, capMs } = this.bounds;
    const awayMs = nowMs - this.sinceMs;
    return this.uniform() * Math.min(capMs, firstMs + shareOfOutage * awayMs);
  }

  /** The peer was there. */
  reset(): void {
    this.sinceMs = undefined;
  }
}

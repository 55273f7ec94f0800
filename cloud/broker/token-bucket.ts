const msPerSecond = 1000;

/** A rate whose last second may be used at once; what is taken beyond it is waited for afterwards. */
export class TokenBucket {
  private readonly perSecond: number;
  private tokens: number;
  private lastMs: number;

  /** @param nowMs on any monotonic clock, as in `take` */
  constructor(perSecond: number, nowMs: number) {
    this.perSecond = perSecond;
    this.tokens = perSecond;
    this.lastMs = nowMs;
  }

  /** Takes so many and tells for how many ms nothing may be taken now. */
  take(count: number, nowMs: number): number {
    const gained = ((nowMs - this.lastMs) / msPerSecond) * this.perSecond;
    this.tokens = Math.min(this.perSecond, this.tokens + gained) - count;
    this.lastMs = nowMs;
    return this.tokens >= 0 ? 0 : (-this.tokens / this.perSecond) * msPerSecond;
  }
}

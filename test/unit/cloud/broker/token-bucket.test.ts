import { describe, expect, it } from "vitest";
import { TokenBucket } from "../../../../cloud/broker/token-bucket.ts";

describe("a token bucket", () => {
  it("lets a second's worth through at once and then its rate", () => {
    const bucket = new TokenBucket(100, 0);
    expect(bucket.take(100, 0)).toBe(0);
    expect(bucket.take(50, 0)).toBe(500);
    expect(bucket.take(0, 500)).toBe(0);
    expect(bucket.take(10, 600)).toBe(0);
  });

  it("saves up no more than a second's worth", () => {
    const bucket = new TokenBucket(100, 0);
    expect(bucket.take(200, 1e6)).toBe(1000);
  });

  it("keeps to its rate however it is asked", () => {
    const bucket = new TokenBucket(1000, 0);
    let nowMs = 0;
    let taken = 0;
    while (taken < 5000) {
      nowMs += bucket.take(37, nowMs);
      taken += 37;
    }
    expect(nowMs).toBeCloseTo(taken - 1000, 6);
  });
});

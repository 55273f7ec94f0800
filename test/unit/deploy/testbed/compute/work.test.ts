import { describe, expect, it } from "vitest";
import { calibrate, cpuMs, work } from "../../../../../deploy/testbed/compute/work.ts";

describe("calibrated work", () => {
  it("takes CPU time in proportion to what it is asked for", () => {
    const iterationsPerMs = calibrate();
    const took = (durationMs: number) => {
      const beforeMs = cpuMs();
      work(durationMs, iterationsPerMs);
      return cpuMs() - beforeMs;
    };
    took(20);
    const ratio = took(200) / took(50);
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(8);
  });
});

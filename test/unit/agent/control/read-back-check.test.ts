import { describe, expect, it } from "vitest";
import { CommandLog } from "../../../../agent/control/read-back-check.ts";

const commanded = Float64Array.of(4, 8, 6);

describe("the command log", () => {
  it("accepts what is within the tolerance of the command of the same slot", () => {
    const log = new CommandLog(0.01);
    log.record(7, commanded);
    expect(log.check({ slot: 7, applied: Float64Array.of(4.03, 8, 6) })?.matches).toBe(true);
    expect(log.check({ slot: 7, applied: Float64Array.of(4.05, 8, 6) })?.matches).toBe(false);
    expect(log.check({ slot: 7, applied: Float64Array.of(4, 8) })?.matches).toBe(false);
    expect(log.check({ slot: 7, applied: Float64Array.of(4, Number.NaN, 6) })?.matches).toBe(false);
  });

  it("says nothing of a slot it has no command of", () => {
    const log = new CommandLog(0.01);
    log.record(0, commanded);
    expect(log.check({ slot: 1, applied: commanded })).toBeUndefined();
    for (let slot = 1; slot <= 64; slot++) log.record(slot, commanded);
    expect(log.check({ slot: 0, applied: commanded })).toBeUndefined();
    expect(log.check({ slot: 64, applied: commanded })?.matches).toBe(true);
  });
});

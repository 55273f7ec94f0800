import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classLoad, demandBits } from "../../../../../agent/observe/tc/slice-demand.ts";

const counters = {
  rateBitPerS: 1e6,
  ceilBitPerS: 1e6,
  sentBytes: 0,
  sentPackets: 0,
  droppedPackets: 0,
  backlogBytes: 0,
  backlogPackets: 0,
};

describe("the demand of a slice", () => {
  it("counts payload bits only", () => {
    const load = classLoad(
      { ...counters, sentBytes: 4170, sentPackets: 10, backlogBytes: 834, backlogPackets: 2 },
      42,
    );
    expect(load).toEqual({ sentBits: 30_000, waitingBits: 6000 });
  });

  it("is what arrived when the queue from before was served", () => {
    const before = { sentBits: 0, waitingBits: 3000 };
    expect(demandBits(before, { sentBits: 5000, waitingBits: 7000 }, 1)).toBe(9000);
  });

  it("includes what is left of the queue from before", () => {
    const before = { sentBits: 0, waitingBits: 9000 };
    expect(demandBits(before, { sentBits: 1000, waitingBits: 12_000 }, 1)).toBe(12_000);
  });

  it("averages the arrivals of skipped slots but not what still waits", () => {
    const before = { sentBits: 0, waitingBits: 0 };
    expect(demandBits(before, { sentBits: 30_000, waitingBits: 0 }, 3)).toBe(10_000);
    expect(demandBits(before, { sentBits: 0, waitingBits: 30_000 }, 3)).toBe(30_000);
  });

  it("is arrivals plus leftovers of a queue served in order, for any history", () => {
    const bits = fc.integer({ min: 0, max: 1e6 });
    fc.assert(
      fc.property(bits, bits, bits, (waitingBefore, arrived, capacity) => {
        const sent = Math.min(capacity, waitingBefore + arrived);
        const now = { sentBits: 500 + sent, waitingBits: waitingBefore + arrived - sent };
        const leftover = Math.max(0, waitingBefore - sent);
        expect(demandBits({ sentBits: 500, waitingBits: waitingBefore }, now, 1)).toBe(
          arrived + leftover,
        );
      }),
    );
  });

  it("is never negative when counters start over", () => {
    const before = { sentBits: 1e9, waitingBits: 500 };
    expect(demandBits(before, { sentBits: 0, waitingBits: 0 }, 1)).toBe(0);
  });
});

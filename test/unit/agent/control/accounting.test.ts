import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ControlAccounting } from "../../../../agent/control/accounting.ts";
import type { Feedback } from "../../../../agent/observe/observation-source.ts";
import { outcomeOf } from "./loop-fixture.ts";

const feedback: Feedback = {
  slot: 0,
  applied: Float64Array.of(6, 6, 6, 6, 6, 6),
  reward: 1.3,
  truncated: false,
  performance: { meanDelayMs: 4, satisfaction: 0.9 },
  references: { equal: { meanDelayMs: 5.5 } },
};

describe("the accounting of the control loop", () => {
  it("keeps slots = applied + held, skipped and late among the held", () => {
    const anyOutcome = fc.record({ skipped: fc.nat(20), applied: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyOutcome), (outcomes) => {
        const accounting = new ControlAccounting();
        for (const outcome of outcomes) {
          accounting.add(outcomeOf({ ...outcome, late: !outcome.applied }));
        }
        const totals = accounting.totals();
        expect(totals.slots).toBe(totals.applied + totals.held);
        expect(totals.held).toBe(totals.skipped + totals.late);
        expect(totals.slots).toBe(outcomes.length + totals.skipped);
      }),
    );
  });

  it("counts fallbacks by reason", () => {
    const accounting = new ControlAccounting();
    accounting.add(outcomeOf({ decider: "safe", fallback: "no-model" }));
    accounting.add(outcomeOf({ decider: "safe", fallback: "late-inference" }));
    accounting.add(outcomeOf({ decider: "safe", fallback: "no-model" }));
    accounting.add(outcomeOf({}));
    expect(accounting.totals()).toMatchObject({
      fallback: 3,
      fallbackReasons: { "no-model": 2, "late-inference": 1, "non-finite": 0 },
    });
  });

  it("gives latency percentiles in µs", () => {
    const accounting = new ControlAccounting();
    for (let ms = 1; ms <= 1000; ms++) {
      accounting.add(outcomeOf({ latencyNs: BigInt(ms) * 1_000_000n }));
    }
    const { p50, p99, p999 } = accounting.totals().latencyUs;
    expect(p50 / 500_000).toBeCloseTo(1, 1);
    expect(p99 / 990_000).toBeCloseTo(1, 1);
    expect(p999 / 999_000).toBeCloseTo(1, 1);
  });

  it("sums performance beside the references of the same slots", () => {
    const accounting = new ControlAccounting();
    accounting.add(outcomeOf({ feedback: [feedback] }));
    accounting.add(outcomeOf({ feedback: [{ ...feedback, performance: { meanDelayMs: 6 } }] }));
    accounting.add(outcomeOf({}));
    expect(accounting.totals()).toMatchObject({
      own: { slots: 2, sums: { meanDelayMs: 10, satisfaction: 0.9 } },
      references: { equal: { slots: 2, sums: { meanDelayMs: 11 } } },
    });
  });

  it("counts a read-back that differs from the command", () => {
    const accounting = new ControlAccounting();
    const check = { slot: 0, commanded: new Float64Array(6), confirmed: new Float64Array(6) };
    accounting.add(outcomeOf({ readBacks: [{ ...check, matches: false }] }));
    accounting.addReadBacks([{ ...check, matches: true }]);
    expect(accounting.totals()).toMatchObject({ readBackChecked: 2, readBackMismatches: 1 });
  });
});

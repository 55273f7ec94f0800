import { build, type Histogram } from "hdr-histogram-js";
import type { Feedback } from "../observe/observation-source.ts";
import type { FallbackReason, ReadBackCheck, SlotOutcome } from "./slot-outcome.ts";

/** Sums over `slots` slots by measure. */
interface PerformanceSums {
  readonly slots: number;
  readonly sums: Readonly<Record<string, number>>;
}

/** Everything the loop has counted since it started; slots = applied + held. */
export interface ControlTotals {
  readonly slots: number;
  readonly applied: number;
  /** The action before stayed in force: skipped and late slots, and those the actuator failed. */
  readonly held: number;
  readonly late: number;
  readonly skipped: number;
  readonly fallback: number;
  readonly fallbackReasons: Readonly<Record<FallbackReason, number>>;
  readonly explored: number;
  /** Proposals the envelope changed. */
  readonly altered: number;
  readonly readBackChecked: number;
  readonly readBackMismatches: number;
  readonly faults: number;
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly p999: number };
  readonly own: PerformanceSums;
  readonly references: Readonly<Record<string, PerformanceSums>>;
}

class MeasureSums {
  private slots = 0;
  private readonly sums = new Map<string, number>();

  /** A slot without measures does not count. */
  add(measures: Readonly<Record<string, number>>): void {
    const entries = Object.entries(measures);
    if (entries.length === 0) return;
    this.slots++;
    for (const [name, value] of entries) {
      if (Number.isFinite(value)) this.sums.set(name, (this.sums.get(name) ?? 0) + value);
    }
  }

  totals(): PerformanceSums {
    return { slots: this.slots, sums: Object.fromEntries(this.sums) };
  }
}

/** Adds outcomes up. */
export class ControlAccounting {
  private readonly latencyUs: Histogram = build({
    numberOfSignificantValueDigits: 2,
    bitBucketSize: 32,
  });
  private readonly reasons: Record<FallbackReason, number> = {
    "missing-observation": 0,
    "no-model": 0,
    "late-inference": 0,
    "inference-failed": 0,
    "non-finite": 0,
    "deadlines-missed": 0,
    "read-back-mismatch": 0,
  };
  private readonly counts = {
    slots: 0,
    applied: 0,
    held: 0,
    late: 0,
    skipped: 0,
    fallback: 0,
    explored: 0,
    altered: 0,
    readBackChecked: 0,
    readBackMismatches: 0,
    faults: 0,
  };
  private readonly own = new MeasureSums();
  private readonly references = new Map<string, MeasureSums>();

  get slots(): number {
    return this.counts.slots;
  }

  add(outcome: SlotOutcome): void {
    this.addSlot(outcome);
    this.addReadBacks(outcome.readBacks);
    for (const feedback of outcome.feedback) this.addFeedback(feedback);
    this.latencyUs.recordValue(Math.max(0, Math.round(Number(outcome.latencyNs) / 1e3)));
  }

  addReadBacks(checks: readonly ReadBackCheck[]): void {
    this.counts.readBackChecked += checks.length;
    this.counts.readBackMismatches += checks.filter(({ matches }) => !matches).length;
  }

  totals(): ControlTotals {
    const [p50, p99, p999] = [50, 99, 99.9].map((p) => this.latencyUs.getValueAtPercentile(p));
    return {
      ...this.counts,
      fallbackReasons: { ...this.reasons },
      latencyUs: { p50: p50 as number, p99: p99 as number, p999: p999 as number },
      own: this.own.totals(),
      references: Object.fromEntries(
        [...this.references].map(([name, sums]) => [name, sums.totals()]),
      ),
    };
  }

  private addSlot(outcome: SlotOutcome): void {
    const { counts } = this;
    counts.slots += 1 + outcome.skipped;
    counts.skipped += outcome.skipped;
    counts.held += outcome.skipped + (outcome.applied ? 0 : 1);
    counts.applied += outcome.applied ? 1 : 0;
    counts.late += outcome.late ? 1 : 0;
    counts.altered += outcome.altered ? 1 : 0;
    counts.explored += outcome.decider === "exploration" ? 1 : 0;
    counts.faults += outcome.faults.length;
    if (outcome.fallback === undefined) return;
    counts.fallback++;
    this.reasons[outcome.fallback]++;
  }

  private addFeedback({ performance, references }: Feedback): void {
    this.own.add(performance);
    for (const [name, measures] of Object.entries(references)) {
      const sums = this.references.get(name) ?? new MeasureSums();
      this.references.set(name, sums);
      sums.add(measures);
    }
  }
}

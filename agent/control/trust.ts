import { Degradation, type DegradationRule } from "./degradation.ts";
import type { FallbackReason, ReadBackCheck } from "./slot-outcome.ts";

/** Whether the policy may decide: not while slots are missed, nor while the device does otherwise. */
export class Trust {
  private readonly deadlines: Degradation;
  private readonly readBack: Degradation;

  constructor(rule: DegradationRule) {
    this.deadlines = new Degradation(rule);
    this.readBack = new Degradation(rule);
  }

  /** Why the safe policy is to decide; undefined while the policy may. */
  get withdrawn(): FallbackReason | undefined {
    if (this.deadlines.active) return "deadlines-missed";
    return this.readBack.active ? "read-back-mismatch" : undefined;
  }

  /**
   * Takes a slot's result in and says in words what changes.
   *
   * @param missed slots skipped before it, and the slot itself where it or its inference was late
   */
  add(missed: number, checks: readonly ReadBackCheck[]): string[] {
    const events: string[] = [];
    for (let i = 0; i < missed; i++) this.note(events, "deadlines", this.deadlines.add(false));
    if (missed === 0) this.note(events, "deadlines", this.deadlines.add(true));
    for (const { matches } of checks) this.note(events, "read-back", this.readBack.add(matches));
    return events;
  }

  private note(events: string[], what: string, change: "degraded" | "recovered" | undefined): void {
    if (change === "degraded") events.push(`${what}: the safe policy decides from here`);
    if (change === "recovered") events.push(`${what}: the policy decides again`);
  }
}

import { ControlAccounting } from "./accounting.ts";
import type { ReadBackCheck, SlotOutcome } from "./slot-outcome.ts";
import { type SlotTransition, TransitionAssembler } from "./transition-assembler.ts";
import type { ControlStatus } from "./worker-messages.ts";

/** What is kept of the loop's outcomes: totals, what is in force, transitions to learn from. */
export class LoopRecord {
  private readonly accounting = new ControlAccounting();
  private readonly transitions = new TransitionAssembler();
  private latestSlot = 0;
  private confirmed: Float64Array | undefined;

  get slots(): number {
    return this.accounting.slots;
  }

  /** The transitions this outcome completes. */
  add(outcome: SlotOutcome): SlotTransition[] {
    this.latestSlot = outcome.slot;
    this.confirmed = outcome.readBacks.at(-1)?.confirmed ?? this.confirmed;
    this.accounting.add(outcome);
    return this.transitions.complete(outcome);
  }

  /** Confirmations after the last slot. */
  addReadBacks(checks: readonly ReadBackCheck[]): void {
    this.accounting.addReadBacks(checks);
    this.confirmed = checks.at(-1)?.confirmed ?? this.confirmed;
  }

  status(policy: string, invalidFrames: number): ControlStatus {
    return {
      totals: this.accounting.totals(),
      current: {
        slot: this.latestSlot,
        allocation: Array.from(this.confirmed ?? []),
        policy,
      },
      incompleteTransitions: this.transitions.incomplete,
      invalidFrames,
    };
  }
}

import { ControlAccounting } from "./accounting.ts";
import type { ReadBackCheck, SlotOutcome } from "./slot-outcome.ts";
import { type SlotTransition, TransitionAssembler } from "./transition-assembler.ts";
import type { ControlStatus } from "./worker-messages.ts";

/** What is kept of the loop's outcomes: totals, the latest slot, transitions to learn from. */
export class LoopRecord {
  private readonly accounting = new ControlAccounting();
  private readonly transitions = new TransitionAssembler();
  private latest: SlotOutcome | undefined;

  get slots(): number {
    return this.accounting.slots;
  }

  /** The transitions this outcome completes. */
  add(outcome: SlotOutcome): SlotTransition[] {
    this.latest = outcome;
    this.accounting.add(outcome);
    return this.transitions.complete(outcome);
  }

  /** Confirmations after the last slot. */
  addReadBacks(checks: readonly ReadBackCheck[]): void {
    this.accounting.addReadBacks(checks);
  }

  status(policy: string, invalidFrames: number): ControlStatus {
    return {
      totals: this.accounting.totals(),
      current: {
        slot: this.latest?.slot ?? 0,
        allocation: Array.from(this.latest?.action ?? []),
        policy,
      },
      incompleteTransitions: this.transitions.incomplete,
      invalidFrames,
    };
  }
}

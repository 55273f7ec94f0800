import type { Feedback } from "../observe/observation-source.ts";
import type { SlotOutcome } from "./slot-outcome.ts";

/** What a learner learns from: (o, a, r, o′) of one slot, the action as it was in force. */
export interface SlotTransition {
  readonly slot: number;
  readonly observation: Float64Array;
  readonly action: Float64Array;
  readonly reward: number;
  readonly nextObservation: Float64Array;
  /** The slot was the last of its episode. */
  readonly truncated: boolean;
}

const rememberedSlots = 64;

/**
 * Joins observations with the feedback that arrives for them later. A transition needs the
 * observations of its slot and of the next; where one is missing it is left out and counted. Slots
 * that count from the start again, as after a simulator's restart, share nothing with those before.
 */
export class TransitionAssembler {
  /** Feedback without both of its observations. */
  incomplete = 0;
  private readonly slots = new Float64Array(rememberedSlots).fill(-1);
  private latestSlot = -1;
  private readonly observations: (Float64Array | undefined)[] = [];

  /** The transitions that this slot's outcome completes. */
  complete({ slot, observation, feedback }: SlotOutcome): SlotTransition[] {
    if (slot <= this.latestSlot) this.slots.fill(-1);
    this.latestSlot = slot;
    this.slots[slot % rememberedSlots] = slot;
    this.observations[slot % rememberedSlots] = observation;
    return feedback.flatMap((known) => this.join(known) ?? []);
  }

  private join(feedback: Feedback): SlotTransition | undefined {
    const before = this.observationOf(feedback.slot);
    const after = this.observationOf(feedback.slot + 1);
    if (before === undefined || after === undefined || !Number.isFinite(feedback.reward)) {
      this.incomplete++;
      return undefined;
    }
    return {
      slot: feedback.slot,
      observation: before,
      action: feedback.applied,
      reward: feedback.reward,
      nextObservation: after,
      truncated: feedback.truncated,
    };
  }

  private observationOf(slot: number): Float64Array | undefined {
    return this.slots[slot % rememberedSlots] === slot
      ? this.observations[slot % rememberedSlots]
      : undefined;
  }
}

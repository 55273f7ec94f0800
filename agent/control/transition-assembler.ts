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
 * Joins observations and actions with the feedback that arrives for them later. A transition needs
 * its slot's observation and action and the next observation; where one is missing it is left out and counted. Slots
 * that count from the start again, as after a simulator's restart, share nothing with those before.
 */
export class TransitionAssembler {
  /** Feedback without both of its observations. */
  incomplete = 0;
  private readonly slots = new Float64Array(rememberedSlots).fill(-1);
  private latestSlot = -1;
  private readonly observations: (Float64Array | undefined)[] = [];
  private readonly actions: (Float64Array | undefined)[] = [];

  /** The transitions that this slot's outcome completes. */
  complete({ slot, observation, action, applied, feedback }: SlotOutcome): SlotTransition[] {
    if (slot <= this.latestSlot) this.slots.fill(-1);
    this.latestSlot = slot;
    this.slots[slot % rememberedSlots] = slot;
    this.observations[slot % rememberedSlots] = observation;
    this.actions[slot % rememberedSlots] = applied ? action : undefined;
    return feedback.flatMap((known) => this.join(known) ?? []);
  }

  private join(feedback: Feedback): SlotTransition | undefined {
    const before = this.remembered(this.observations, feedback.slot);
    const after = this.remembered(this.observations, feedback.slot + 1);
    const action = feedback.applied ?? this.remembered(this.actions, feedback.slot);
    const whole = before !== undefined && action !== undefined && after !== undefined;
    if (!whole || !Number.isFinite(feedback.reward)) {
      this.incomplete++;
      return undefined;
    }
    return {
      slot: feedback.slot,
      observation: before,
      action,
      reward: feedback.reward,
      nextObservation: after,
      truncated: feedback.truncated,
    };
  }

  private remembered(
    vectors: readonly (Float64Array | undefined)[],
    slot: number,
  ): Float64Array | undefined {
    return this.slots[slot % rememberedSlots] === slot
      ? vectors[slot % rememberedSlots]
      : undefined;
  }
}

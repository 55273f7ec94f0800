import { describe, expect, it } from "vitest";
import { TransitionAssembler } from "../../../../agent/control/transition-assembler.ts";
import type { Feedback } from "../../../../agent/observe/observation-source.ts";
import { outcomeOf } from "./loop-fixture.ts";

const observationOf = (slot: number) => new Float64Array(6).fill(slot);

function feedbackOf(slot: number, reward = 1): Feedback {
  const applied = new Float64Array(6).fill(10 + slot);
  return { slot, applied, reward, truncated: slot === 99, performance: {}, references: {} };
}

function outcome(slot: number, ...feedback: Feedback[]) {
  return outcomeOf({ slot, observation: observationOf(slot), feedback });
}

describe("the transition assembler", () => {
  it("joins a slot's observation, what was applied, its reward and the next observation", () => {
    const assembler = new TransitionAssembler();
    expect(assembler.complete(outcome(99))).toEqual([]);
    expect(assembler.complete(outcome(100, feedbackOf(99, 1.5)))).toEqual([
      {
        slot: 99,
        observation: observationOf(99),
        action: new Float64Array(6).fill(109),
        reward: 1.5,
        nextObservation: observationOf(100),
        truncated: true,
      },
    ]);
  });

  it("takes the action as commanded where the feedback names none, if it was in force", () => {
    const assembler = new TransitionAssembler();
    const unnamed = (slot: number) => ({ ...feedbackOf(slot), applied: undefined });
    const action = Float64Array.of(1, 2, 3, 4, 5, 6);
    assembler.complete({ ...outcome(5), action });
    assembler.complete({ ...outcome(6), applied: false });
    expect(assembler.complete(outcome(7, unnamed(5), unnamed(6)))).toMatchObject([
      { slot: 5, action, observation: observationOf(5) },
    ]);
    expect(assembler.incomplete).toBe(1);
  });

  it("joins feedback that comes later", () => {
    const assembler = new TransitionAssembler();
    for (const slot of [0, 1, 2]) assembler.complete(outcome(slot));
    expect(assembler.complete(outcome(3, feedbackOf(1)))).toMatchObject([
      {
        slot: 1,
        observation: observationOf(1),
        nextObservation: observationOf(2),
      },
    ]);
  });

  it("joins all feedback that comes at once", () => {
    const assembler = new TransitionAssembler();
    for (const slot of [0, 1, 2]) assembler.complete(outcome(slot));
    const joined = assembler.complete(outcome(3, feedbackOf(1), feedbackOf(2)));
    expect(joined.map(({ slot }) => slot)).toEqual([1, 2]);
  });

  it("leaves out a slot one of whose observations is missing, and counts it", () => {
    const assembler = new TransitionAssembler();
    assembler.complete(outcome(0));
    expect(assembler.complete(outcome(2, feedbackOf(0)))).toEqual([]);
    expect(assembler.complete(outcome(3, feedbackOf(1)))).toEqual([]);
    expect(assembler.complete(outcome(4, feedbackOf(3, Number.NaN)))).toEqual([]);
    expect(assembler.incomplete).toBe(3);
  });

  it("does not take an old slot's observation for a new one's", () => {
    const assembler = new TransitionAssembler();
    assembler.complete(outcome(0));
    assembler.complete(outcome(1));
    expect(assembler.complete(outcome(66, feedbackOf(64)))).toEqual([]);
  });

  it("starts over when slots are numbered anew", () => {
    const assembler = new TransitionAssembler();
    for (const slot of [4, 5, 6]) assembler.complete(outcome(slot));
    expect(assembler.complete(outcome(5, feedbackOf(4)))).toEqual([]);
    expect(assembler.complete(outcome(6, feedbackOf(5)))).toMatchObject([{ slot: 5 }]);
  });
});

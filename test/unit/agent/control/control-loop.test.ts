import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScriptedSource } from "../../../../agent/observe/scripted-source.ts";
import type { Policy } from "../../../../core/policy.ts";
import {
  createLoop,
  type LoopOptions,
  lastRecorded,
  ManualClock,
  policyAction,
  safeAction,
  someObservation,
  tickOf,
} from "./loop-fixture.ts";

function policyOf(decide: Policy["decide"]): Policy {
  return { name: "under test", decide };
}

describe("the control loop", () => {
  it("applies the policy's action and confirms it by read-back", async () => {
    const { loop, recorder } = await createLoop();
    const outcome = await loop.step(tickOf(3));
    expect(outcome).toMatchObject({ slot: 3, applied: true, late: false, decider: "policy" });
    expect(outcome.readBacks).toMatchObject([{ slot: 3, matches: true }]);
    expect(lastRecorded(recorder)).toEqual(policyAction);
  });

  it.each<[string, LoopOptions]>([
    ["missing-observation", { source: new ScriptedSource(() => undefined) }],
    ["missing-observation", { source: new ScriptedSource(() => Promise.reject(new Error("x"))) }],
    [
      "missing-observation",
      { source: new ScriptedSource(() => ({ observation: new Float64Array(6).fill(Number.NaN) })) },
    ],
    [
      "missing-observation",
      { source: new ScriptedSource(() => ({ observation: new Float64Array(5) })) },
    ],
    ["no-model", { policy: undefined }],
    ["inference-failed", { policy: policyOf(() => Promise.reject(new Error("broken"))) }],
    ["inference-failed", { policy: policyOf(() => [1, 2, 3]) }],
    ["non-finite", { policy: policyOf(() => [6, 6, 6, 6, Number.NaN, 6]) }],
  ])("applies the safe action on %s (case %#)", async (reason, options) => {
    const { loop, recorder } = await createLoop(options);
    const outcome = await loop.step(tickOf(0));
    expect(outcome).toMatchObject({ applied: true, decider: "safe", fallback: reason });
    expect(lastRecorded(recorder)).toEqual(safeAction);
  });

  it("applies the safe action in time when an inference does not answer", async () => {
    const time = new ManualClock();
    time.advanceMs(7.9);
    const { loop, recorder } = await createLoop({
      time,
      policy: policyOf(() => new Promise(() => {})),
    });
    const outcome = await loop.step(tickOf(0));
    expect(outcome).toMatchObject({ applied: true, late: false, fallback: "late-inference" });
    expect(lastRecorded(recorder)).toEqual(safeAction);
  });

  it("discards an inference that blocked the thread past the margin", async () => {
    const time = new ManualClock();
    const slow = policyOf(() => {
      time.advanceMs(8.5);
      return policyAction;
    });
    const { loop } = await createLoop({ time, policy: slow });
    const outcome = await loop.step(tickOf(0));
    expect(outcome).toMatchObject({ applied: true, late: false, fallback: "late-inference" });
  });

  it("calls a slot late and held when its action comes into force after the deadline", async () => {
    const time = new ManualClock();
    const slow = policyOf(() => {
      time.advanceMs(12);
      return policyAction;
    });
    const { loop } = await createLoop({ time, policy: slow });
    expect(await loop.step(tickOf(0))).toMatchObject({ applied: false, late: true });
  });

  it("gives the safe policy the last known observation", async () => {
    const { loop, safeObservations } = await createLoop({
      source: new ScriptedSource(({ slot }) =>
        slot === 1 ? { observation: someObservation } : undefined,
      ),
    });
    for (const slot of [0, 1, 2]) await loop.step(tickOf(slot));
    expect(safeObservations).toEqual([undefined, someObservation]);
  });

  it("holds the slot and names the fault when the actuator fails", async () => {
    const { loop } = await createLoop({
      actuator: (recorder) => ({
        start: () => recorder.start(),
        stop: () => recorder.stop(),
        apply: () => Promise.reject(new Error("device gone")),
        readBack: () => undefined,
      }),
    });
    const outcome = await loop.step(tickOf(0));
    expect(outcome).toMatchObject({
      applied: false,
      faults: [{ verb: "actuator", reason: "device gone" }],
    });
  });

  it("reports a mismatch when the device confirms something else", async () => {
    const { loop } = await createLoop({
      actuator: (recorder) => ({
        start: () => recorder.start(),
        stop: () => recorder.stop(),
        apply: (slot, action) => recorder.apply(slot, action.with(0, 5)),
        readBack: () => recorder.readBack(),
      }),
    });
    const { readBacks } = await loop.step(tickOf(0));
    expect(readBacks).toMatchObject([{ slot: 0, matches: false }]);
  });

  it("hands over to the safe policy after three read-backs that differ, and says so once", async () => {
    const { loop, recorder } = await createLoop({
      actuator: (device) => ({
        start: () => device.start(),
        stop: () => device.stop(),
        apply: (slot, action) => device.apply(slot, action.with(0, 5)),
        readBack: () => device.readBack(),
      }),
    });
    const outcomes = [];
    for (let slot = 0; slot < 6; slot++) outcomes.push(await loop.step(tickOf(slot)));
    expect(outcomes.map(({ decider }) => decider)).toEqual([
      ...["policy", "policy", "policy"],
      ...["safe", "safe", "safe"],
    ]);
    expect(outcomes[3]?.fallback).toBe("read-back-mismatch");
    expect(outcomes.flatMap(({ events }) => events)).toHaveLength(1);
    expect(outcomes[0]?.faults[0]?.reason).toContain("commanded 4 8 6 7 7 4, is 5 8 6 7 7 4");
    expect(lastRecorded(recorder)).toEqual(safeAction.with(0, 5));
  });

  it("does not ask the policy from three missed slots in a row until 100 good ones", async () => {
    const time = new ManualClock();
    let slowMs = 12;
    let asked = 0;
    const slow = policyOf(() => {
      asked++;
      time.advanceMs(slowMs);
      return policyAction;
    });
    const { loop } = await createLoop({ time, policy: slow });
    let slot = 0;
    const step = () => {
      time.ns = tickOf(slot).startedNs;
      return loop.step(tickOf(slot++));
    };
    for (let i = 0; i < 3; i++) expect(await step()).toMatchObject({ late: true });
    slowMs = 0.1;
    for (let i = 0; i < 100; i++) {
      expect(await step()).toMatchObject({ fallback: "deadlines-missed", applied: true });
    }
    expect(asked).toBe(3);
    expect(await step()).toMatchObject({ decider: "policy" });
  });

  it("does not ask a policy again that was late three times, though no slot was, until 100 good ones", async () => {
    const time = new ManualClock();
    let asked = 0;
    const late = policyOf(() => {
      asked++;
      time.advanceMs(8.5);
      return policyAction;
    });
    const { loop } = await createLoop({ time, policy: late });
    const fallbacks: unknown[] = [];
    for (let slot = 0; slot < 104; slot++) {
      time.ns = tickOf(slot).startedNs;
      const { applied, fallback } = await loop.step(tickOf(slot));
      expect(applied).toBe(true);
      fallbacks.push(fallback);
    }
    expect(asked).toBe(4);
    expect(fallbacks.filter((reason) => reason === "deadlines-missed")).toHaveLength(100);
    expect(fallbacks[103]).toBe("late-inference");
  });

  it("counts skipped slots as missed", async () => {
    const { loop } = await createLoop();
    await loop.step(tickOf(4, 3));
    expect(await loop.step(tickOf(5))).toMatchObject({ fallback: "deadlines-missed" });
  });

  it("decides nothing and touches nothing where it only observes", async () => {
    const { loop, recorder } = await createLoop({ mode: "observe" });
    expect(await loop.step(tickOf(0))).toMatchObject({
      observation: someObservation,
      decider: "nobody",
      applied: false,
      late: false,
      faults: [],
    });
    expect(recorder.records).toEqual([]);
  });

  it("calls nothing applied in a dry run, whatever the device says", async () => {
    const { loop } = await createLoop({ mode: "dry-run" });
    const outcome = await loop.step(tickOf(0));
    expect(outcome).toMatchObject({ decider: "policy", applied: false, readBacks: [] });
  });

  it("puts nothing outside the limits into force, whatever a policy proposes", async () => {
    const anything = fc.array(fc.oneof(fc.double(), fc.integer({ min: -9, max: 30 })), {
      minLength: 5,
      maxLength: 7,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 8 }), async (proposals) => {
        let next = 0;
        const policy = policyOf(() => proposals[next++] as number[]);
        const { loop, recorder } = await createLoop({ policy });
        for (const slot of proposals.keys()) await loop.step(tickOf(slot));
        expect(recorder.records).toHaveLength(proposals.length);
        for (const { applied } of recorder.records) {
          expect(applied.every((blocks) => Number.isInteger(blocks) && blocks >= 1)).toBe(true);
          const sum = (half: Float64Array) => half.reduce((a, b) => a + b, 0);
          expect(sum(applied.subarray(0, 3))).toBeLessThanOrEqual(18);
          expect(sum(applied.subarray(3))).toBeLessThanOrEqual(18);
        }
      }),
    );
  });

  it("checks an answer that comes a slot late, and the last one after the last slot", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const answered = [
      () => released,
      () => {
        release();
        return released;
      },
      () => sleep(60),
    ];
    const { loop } = await createLoop({
      ticks: [tickOf(0), tickOf(1), tickOf(2)],
      actuator: (device) => ({
        start: () => device.start(),
        stop: () => device.stop(),
        apply: async (slot, action) => {
          await answered[slot]?.();
          await device.apply(slot, slot === 2 ? action.with(0, 5) : action);
        },
        readBack: () => device.readBack(),
      }),
    });
    const seen: number[][] = [];
    const last = await loop.run(({ readBacks }) => seen.push(readBacks.map((r) => r.slot)) > 0);
    expect(seen).toEqual([[], [0, 1], []]);
    expect(last.checks).toMatchObject([{ slot: 2, matches: false }]);
    expect(last.faults).toEqual([
      { verb: "read-back", reason: expect.stringContaining("slot 2 commanded 4 8 6 7 7 4, is 5") },
    ]);
  });

  it("runs until its clock ends, one outcome a tick", async () => {
    const { loop } = await createLoop({ ticks: [tickOf(0), tickOf(1), tickOf(4, 2)] });
    const seen: number[] = [];
    await loop.run(({ slot }) => seen.push(slot) > 0);
    expect(seen).toEqual([0, 1, 4]);
  });

  it("ends when the listener has seen enough", async () => {
    const { loop } = await createLoop({ ticks: [tickOf(0), tickOf(1), tickOf(2)] });
    const seen: number[] = [];
    await loop.run(({ slot }) => seen.push(slot) < 2);
    expect(seen).toEqual([0, 1]);
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createThread,
  dying,
  failing,
  hanging,
  slow,
  slowlyFailing,
} from "../../../fixtures/inference-script.ts";

const nowNs = process.hrtime.bigint;
const offer = { name: "p.onnx", bytes: new Uint8Array() };
const seen = Float64Array.of(4, 8, 6);

/** A thread whose answers are awaited for as long as is left. */
async function started(spinNs?: bigint) {
  let limitNs = 0n;
  const leaveMs = (ms: number) => {
    limitNs = nowNs() + BigInt(ms * 1e6);
  };
  const thread = createThread(() => limitNs, spinNs);
  onTestFinished(() => thread.stop());
  const policy = await thread.open(offer);
  leaveMs(5000);
  return { thread, policy, leaveMs };
}

describe("an inference thread", () => {
  it("answers while it is waited for", async () => {
    const { policy } = await started();
    expect(policy.name).toBe("p.onnx");
    expect(policy.decide(seen)).toEqual(seen);
    expect(policy.decide(Float64Array.of(1))).toEqual(Float64Array.of(1));
  });

  it.each([0n, 1_000_000_000n])("answers whether it is slept for or not: %d ns", async (spinNs) => {
    const { policy } = await started(spinNs);
    policy.expect?.();
    await sleep(5);
    for (const observation of [slow, seen]) {
      policy.expect?.();
      expect(policy.decide(observation)).toEqual(observation);
    }
  });

  it("gives no answer past the limit, and asks nothing after it", async () => {
    const { thread, policy, leaveMs } = await started();
    leaveMs(0);
    expect(policy.decide(seen)).toHaveLength(0);
    thread.betweenSlots();
    expect(thread.silentSlots).toBe(0);
  });

  it("is given up until the limit when it hangs, and owes its answer from then on", async () => {
    const { thread, policy, leaveMs } = await started();
    for (let slot = 1; slot <= 3; slot++) {
      leaveMs(20);
      const askedNs = nowNs();
      expect(policy.decide(hanging)).toHaveLength(0);
      expect(Number(nowNs() - askedNs) / 1e6).toBeGreaterThanOrEqual(19);
      thread.betweenSlots();
      expect(thread.silentSlots).toBe(slot);
    }
  });

  it("leaves an answer that comes too late for nobody", async () => {
    const { thread, policy, leaveMs } = await started();
    leaveMs(5);
    expect(policy.decide(slow)).toHaveLength(0);
    leaveMs(5000);
    expect(policy.decide(Float64Array.of(7))).toEqual(Float64Array.of(7));
    thread.betweenSlots();
    expect(thread.silentSlots).toBe(0);
  });

  it("says nothing of a failure that came too late for its own question", async () => {
    const { policy, leaveMs } = await started();
    leaveMs(5);
    expect(policy.decide(slowlyFailing)).toHaveLength(0);
    leaveMs(5000);
    expect(policy.decide(seen)).toEqual(seen);
    expect(() => policy.decide(failing)).toThrow("no such node");
  });

  it("passes on what went wrong in an inference", async () => {
    const { policy } = await started();
    expect(() => policy.decide(failing)).toThrow("no such node");
    expect(policy.decide(seen)).toEqual(seen);
  });

  it("refuses what it cannot open, with the reason", async () => {
    const { thread } = await started();
    await expect(thread.open({ ...offer, name: "bad" })).rejects.toMatchObject({
      code: "MODEL_REFUSED",
      facts: { received: "none" },
    });
  });

  it("fails at once when it has died", async () => {
    const { thread, policy, leaveMs } = await started();
    leaveMs(100);
    await policy.decide(dying);
    await expect.poll(() => thread.open(offer).catch((error) => error.code)).toBe("MODEL_REFUSED");
    leaveMs(5000);
    expect(() => policy.decide(seen)).toThrow("out of memory");
    thread.betweenSlots();
    expect(thread.silentSlots).toBe(1);
  });
});

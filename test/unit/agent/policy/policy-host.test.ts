import { describe, expect, it, onTestFinished } from "vitest";
import { PolicyHost } from "../../../../agent/policy/policy-host.ts";
import { createThread, hanging } from "../../../fixtures/inference-script.ts";

const offer = { name: "p.onnx", bytes: new Uint8Array() };
const seen = Float64Array.of(4, 8, 6);
const inMs = (ms: bigint) => process.hrtime.bigint() + ms * 1_000_000n;
const farAway = inMs(3_600_000n);

function createHost(limitNs: () => bigint) {
  let threads = 0;
  const host = new PolicyHost(() => {
    threads++;
    return createThread(limitNs);
  });
  onTestFinished(() => host.stop());
  return { host, threads: () => threads };
}

/** Slots until the thread is given up, and at most 1000. */
function slotsUntilReplaced(host: PolicyHost): number {
  let slots = 1;
  while (!host.betweenSlots() && slots < 1000) slots++;
  return slots;
}

describe("the host of policies", () => {
  it("starts no thread before there is a policy to open", () => {
    const { host, threads } = createHost(() => farAway);
    expect(host.betweenSlots()).toBe(false);
    expect(threads()).toBe(0);
  });

  it("keeps a thread that answers", async () => {
    const { host, threads } = createHost(() => farAway);
    const policy = await host.open(offer);
    for (let slot = 0; slot < 200; slot++) {
      expect(policy.decide(seen)).toEqual(seen);
      expect(host.betweenSlots()).toBe(false);
    }
    expect(threads()).toBe(1);
  });

  it("gives a thread up that has been silent for 100 slots, and opens in another", async () => {
    let limitNs = farAway;
    const { host, threads } = createHost(() => limitNs);
    const policy = await host.open(offer);
    limitNs = inMs(5n);
    await policy.decide(hanging);
    expect(slotsUntilReplaced(host)).toBe(100);
    expect(() => policy.decide(seen)).toThrow("the end of its thread");
    const another = await host.open(offer);
    limitNs = farAway;
    expect(another.decide(seen)).toEqual(seen);
    expect(threads()).toBe(2);
  });
});

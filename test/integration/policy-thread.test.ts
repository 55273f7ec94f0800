import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadAgentConfig } from "../../agent/config.ts";
import { InferenceThread } from "../../agent/policy/inference-thread.ts";
import { configuredSystem, createSystem, systemModel } from "../../agent/system-model.ts";

const config = loadAgentConfig(undefined, {});
const model = systemModel(config, configuredSystem(config));
const system = createSystem(config, model);
const offer = { name: "slicing", bytes: readFileSync("models/slicing.onnx") };

/** The agent's own policy thread, as built. */
function started(spinNs: bigint): InferenceThread {
  const thread = new InferenceThread({
    script: new URL("../../dist/agent/policy/worker.js", import.meta.url),
    setup: { config, model, schedule: { nice: 0, realtimePriority: null, cpu: null } },
    shape: system,
    limitNs: () => process.hrtime.bigint() + 5_000_000_000n,
    spinNs,
  });
  onTestFinished(() => thread.stop());
  return thread;
}

describe.each([0n, 200_000n])("the policy thread, looked at for %d ns", (spinNs) => {
  it("decides as the policy does in this thread, expected or not", async () => {
    const policy = await started(spinNs).open(offer);
    const here = await system.openPolicy(offer.bytes, offer.name);
    const observe = system.drawnObservations(7);
    for (let slot = 0; slot < 300; slot++) {
      const observation = observe();
      if (slot % 3 > 0) policy.expect?.();
      if (slot % 100 === 50) await sleep(5);
      expect(policy.decide(observation)).toEqual(Float64Array.from(await here.decide(observation)));
    }
    await here.release();
  });

  it("goes on deciding with one policy while it opens or refuses others", async () => {
    const thread = started(spinNs);
    const policy = await thread.open(offer);
    const others = [
      thread.open(offer),
      thread.open({ name: "bad", bytes: offer.bytes.subarray(0, 1000) }),
    ];
    const observation = system.drawnObservations(7)();
    const first = policy.decide(observation);
    expect(first).toHaveLength(system.actionLength);
    const [opened, refused] = await Promise.allSettled(others);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "MODEL_REFUSED" } });
    if (opened?.status !== "fulfilled") throw new Error("not opened");
    expect(opened.value.decide(observation)).toEqual(first);
    await opened.value.release();
    expect(policy.decide(observation)).toEqual(first);
  });
});

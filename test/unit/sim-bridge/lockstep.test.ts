import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ObservationReply } from "../../../core/messages/bridge.ts";
import { RawClient } from "./raw-client.ts";
import { startBridge } from "./started-bridge.ts";

const rewardsOf = (seen: readonly ObservationReply[]) => seen.map((o) => o.rewards["ap-0"]);

const clock = "lockstep";

test("the same seed and actions give the same rewards twice, from a fresh start and after a reset", async () => {
  const runs: (number | undefined)[][] = [];
  for (const seed of [5, 5, 6]) {
    const { address } = await startBridge({ clock, seed });
    const client = await RawClient.join(address, "ap-0");
    runs.push(rewardsOf(await client.play(30, [4, 5, 9, 5, 5, 8])));
    const first = await client.reset(5);
    client.step(first, [4, 5, 9, 5, 5, 8]);
    const again = await client.play(29, [4, 5, 9, 5, 5, 8]);
    runs.push([undefined, ...rewardsOf(again)]);
  }
  const [fresh, reset, freshAgain, resetAgain, other, resetOther] = runs;
  expect(fresh).toEqual(freshAgain);
  expect(reset?.slice(1)).toEqual(fresh?.slice(1));
  expect(resetAgain).toEqual(reset);
  expect(resetOther).toEqual(reset);
  expect(other).not.toEqual(fresh);
});

test("a slot waits for every agent present, on one connection or several", async () => {
  const { bridge, address } = await startBridge({ clock, lockstepTimeoutMs: 60_000 });
  const pair = await RawClient.join(address, "ap-0", "ap-1");
  const single = await RawClient.join(address, "ap-2");
  const [seen] = await Promise.all([pair.play(20), single.play(20)]);
  expect(seen.map((o) => o.slot)).toEqual(Array.from({ length: 20 }, (_, slot) => slot));
  const { perAgent } = bridge.report();
  expect([perAgent["ap-0"]?.held, perAgent["ap-1"]?.held, perAgent["ap-2"]?.held]).toEqual([
    0, 0, 0,
  ]);
});

test("a stalled agent costs a slot the timeout, and its step for that slot is late", async () => {
  const { bridge, address } = await startBridge({ clock, lockstepTimeoutMs: 30 });
  const quick = await RawClient.join(address, "ap-0");
  const stalled = await RawClient.join(address, "ap-1");
  const missed = await stalled.next("observation");
  await quick.play(2);
  stalled.step(missed);
  while (bridge.report().lateSteps === 0) await sleep(1);
  expect(bridge.report().perAgent["ap-1"]?.held).toBeGreaterThan(0);
  expect(bridge.report().perAgent["ap-0"]?.held).toBe(0);
});

test("time stands still while nobody is there", async () => {
  const { bridge, address } = await startBridge({ clock, lockstepTimeoutMs: 5 });
  await sleep(40);
  expect(bridge.report().slots).toBe(0);
  const client = await RawClient.join(address, "ap-0");
  expect((await client.next("observation")).slot).toBe(0);
});

test("several resets within a slot make one, and a reset does not wait for its own agents", async () => {
  const { bridge, address } = await startBridge({ clock, lockstepTimeoutMs: 60_000 });
  const client = await RawClient.join(address, "ap-0");
  await client.play(3);
  const resetting = [client.reset(3), client.send({ type: "reset" })] as const;
  expect((await resetting[0]).episode).toBe(1);
  expect(bridge.report().perAgent["ap-0"]).toMatchObject({ slots: 3, held: 0 });
});

test("a reset truncates the others' episode", async () => {
  const { address } = await startBridge({ clock, lockstepTimeoutMs: 60_000 });
  const resetter = await RawClient.join(address, "ap-0");
  const other = await RawClient.join(address, "ap-1");
  await Promise.all([resetter.next("observation"), other.play(1)]);
  await resetter.reset();
  expect(await other.next("observation")).toMatchObject({
    reset: true,
    truncations: { "ap-1": true },
    infos: { "ap-1": { held: false } },
  });
});

test("an action outside its space, for another's agent or for a slot far off is refused and nothing else changes", async () => {
  const { bridge, address } = await startBridge({ clock, lockstepTimeoutMs: 60_000 });
  const client = await RawClient.join(address, "ap-0");
  const observation = await client.next("observation");
  const refused = async (slot: number, actions: unknown, code: string) => {
    client.send({ type: "step", slot, actions });
    expect(await client.next("error")).toMatchObject({ code });
  };
  await refused(observation.slot, { "ap-0": [6, 6, 7, 6, 6, 6] }, "ACTION_INVALID");
  await refused(observation.slot, { "ap-0": [0, 6, 6, 6, 6, 6] }, "ACTION_INVALID");
  await refused(observation.slot, { "ap-0": [6.5, 5, 6, 6, 6, 6] }, "ACTION_INVALID");
  await refused(observation.slot, { "ap-0": [18] }, "ACTION_INVALID");
  await refused(observation.slot, { "ap-1": [6, 6, 6, 6, 6, 6] }, "AGENT_UNKNOWN");
  await refused(observation.slot + 101, { "ap-0": [6, 6, 6, 6, 6, 6] }, "SLOT_UNKNOWN");
  client.step(observation, [1, 1, 16, 1, 1, 16]);
  const next = await client.next("observation");
  expect(next.infos["ap-0"]).toMatchObject({ applied: [1, 1, 16, 1, 1, 16], held: false });
  expect(bridge.report().slots).toBe(1);
});

test("a step that comes before its slot waits for it", async () => {
  const { address } = await startBridge({ clock, lockstepTimeoutMs: 60_000 });
  const client = await RawClient.join(address, "ap-0");
  const { slot } = await client.next("observation");
  client.send({ type: "step", slot: slot + 1, actions: { "ap-0": [1, 1, 16, 1, 1, 16] } });
  client.send({ type: "step", slot, actions: { "ap-0": [2, 2, 14, 2, 2, 14] } });
  const [first, second] = [await client.next("observation"), await client.next("observation")];
  expect(first.infos["ap-0"]).toMatchObject({ slot, applied: [2, 2, 14, 2, 2, 14] });
  expect(second.infos["ap-0"]).toMatchObject({ slot: slot + 1, applied: [1, 1, 16, 1, 1, 16] });
});

test("a client that reads nothing loses frames, not the simulator its memory or its pace", async () => {
  const { bridge, address } = await startBridge({
    clock,
    lockstepTimeoutMs: 2,
    maxBufferedBytes: 1024,
    references: ["equal", "sqrt-load", "random"],
    scenario: { accessPoints: 40 },
  });
  const agents = Array.from({ length: 40 }, (_, i) => `ap-${i}`);
  const deaf = await RawClient.join(address, ...agents);
  deaf.socket.pause();
  while (bridge.report().droppedFrames === 0) await sleep(5);
  const before = bridge.report().slots;
  while (bridge.report().slots < before + 3) await sleep(2);
  deaf.socket.resume();
  await deaf.next("observation");
});

test("with the system reward every agent gets the mean over access points", async () => {
  const { address } = await startBridge({
    clock,
    scenario: { accessPoints: 2, reward: { scope: "system", delayUnit: "slot" } },
  });
  const client = await RawClient.join(address, "ap-0", "ap-1");
  const last = (await client.play(2))[1] as ObservationReply;
  const delay = (agent: string) => last.infos[agent]?.performance.meanDelayMs as number;
  const satisfaction = (agent: string) => last.infos[agent]?.performance.satisfaction as number;
  const meanDelay = (delay("ap-0") + delay("ap-1")) / 2;
  const meanSatisfaction = (satisfaction("ap-0") + satisfaction("ap-1")) / 2;
  const expected = 0.5 * Math.exp(-meanDelay / 10) + 0.5 * Math.exp(meanSatisfaction);
  expect(last.rewards["ap-0"]).toBeCloseTo(expected, 12);
  expect(last.rewards["ap-1"]).toBe(last.rewards["ap-0"]);
});

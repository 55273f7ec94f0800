import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ObservationReply } from "../../../core/messages/bridge.ts";
import { maxFrameBytes } from "../../../core/messages/bridge-frame.ts";
import { RawClient } from "./raw-client.ts";
import { socketAddress, startBridge } from "./started-bridge.ts";

describe.each(["real-time", "lockstep"] as const)("%s", (clock) => {
  test("hello tells the system, its spaces and every agent", async () => {
    const { address } = await startBridge({ clock, seed: 9 });
    const client = await RawClient.connect(address);
    client.send({ type: "hello", protocol: 1, agents: ["ap-2"] });
    expect(await client.next("hello")).toMatchObject({
      system: "slicing",
      clock,
      slotPeriodMs: 10,
      episodeSlots: 100,
      seed: 9,
      agents: ["ap-0", "ap-1", "ap-2", "ap-3"],
      spaces: { action: { shape: [6], budgets: [18, 18] }, observation: { shape: [6] } },
    });
  });

  test("a slot's observation carries what the slot before brought", async () => {
    const { address } = await startBridge({ clock, references: ["equal", "optimal"] });
    const client = await RawClient.join(address, "ap-0");
    const action = [5, 6, 7, 4, 6, 8];
    const seen = await client.play(4, action);
    const last = seen.at(-1) as ObservationReply;
    expect(last.infos["ap-0"]?.performance.meanDelayMs).toBeGreaterThan(0);
    expect(last.rewards["ap-0"]).toBe(last.infos["ap-0"]?.performance.rewardMs);
    const references = last.infos["ap-0"]?.references ?? {};
    expect(Object.keys(references)).toEqual(["equal", "optimal"]);
    expect(references.optimal?.rewardMs).toBeGreaterThanOrEqual(last.rewards["ap-0"] as number);
    expect(last.infos["ap-0"]?.applied).toEqual(action);
  });

  test("an agent that dies mid-slot leaves the others their slots, and its place is free at once", async () => {
    const { bridge, address } = await startBridge({ clock, lockstepTimeoutMs: 5000 });
    const survivor = await RawClient.join(address, "ap-0");
    const mortal = await RawClient.join(address, "ap-1");
    await mortal.next("observation");
    mortal.die();
    await survivor.play(10);
    const heir = await RawClient.join(address, "ap-1");
    await Promise.all([survivor.play(5), heir.play(5)]);
    expect(bridge.report().perAgent["ap-1"]?.held).toBeGreaterThan(0);
  });

  test("a late joiner takes part from its first observation on", async () => {
    const { bridge, address } = await startBridge({ clock });
    const early = await RawClient.join(address, "ap-0");
    await early.play(5);
    const late = await RawClient.join(address, "ap-3");
    const [, lateSeen] = await Promise.all([early.play(5), late.play(5)]);
    expect(lateSeen[0]?.slot).toBeGreaterThanOrEqual(4);
    expect(Object.keys(lateSeen[0]?.observations ?? {})).toEqual(["ap-3"]);
    expect(bridge.report().perAgent["ap-3"]?.held).toBeGreaterThanOrEqual(4);
  });

  test("an episode ends in truncation and its observation is the first of the next", async () => {
    const { address } = await startBridge({ clock, scenario: { episodeSlots: 3 } });
    const client = await RawClient.join(address, "ap-0");
    const seen = await client.play(8);
    const ends = seen.filter((o) => o.truncations["ap-0"]).map((o) => o.episode);
    expect(ends.length).toBeGreaterThanOrEqual(2);
    for (const { truncations, episode } of seen) {
      if (truncations["ap-0"]) expect(ends).toContain(episode);
    }
    expect(seen.every((o) => o.terminations["ap-0"] !== true)).toBe(true);
    expect(seen.at(-1)?.episode).toBeGreaterThanOrEqual(2);
  });

  test("fifty resets in a row are all answered", async () => {
    const { address } = await startBridge({ clock });
    const client = await RawClient.join(address, "ap-0");
    for (let i = 0; i < 50; i++) {
      const first = await client.reset();
      if (i % 2 === 1) client.step(first);
    }
    expect((await client.play(3)).length).toBe(3);
  });

  test("a second claim on a living agent's access point is refused", async () => {
    const { address } = await startBridge({ clock });
    await RawClient.join(address, "ap-0");
    const second = await RawClient.connect(address);
    second.send({ type: "hello", protocol: 1, agents: ["ap-0"] });
    expect(await second.next("error")).toMatchObject({ code: "AGENT_TAKEN" });
    second.send({ type: "hello", protocol: 1, agents: ["ap-1"] });
    await second.next("hello");
  });

  test("a claim whose client has long been silent may be taken over", async () => {
    const { address } = await startBridge({ clock, claimTimeoutMs: 1 });
    const silent = await RawClient.join(address, "ap-0");
    await sleep(20);
    await RawClient.join(address, "ap-0");
    await silent.untilClosed();
  });

  test("garbage in whole frames is answered and counted, and the connection lives on", async () => {
    const { bridge, address } = await startBridge({ clock });
    const client = await RawClient.connect(address);
    client.socket.write(Uint8Array.from([0, 0, 0, 2, 0x7b, 0x7b]));
    expect(await client.next("error")).toMatchObject({ code: "FRAME_INVALID" });
    client.send({ type: "step", slot: "now" });
    expect(await client.next("error")).toMatchObject({ code: "MESSAGE_INVALID" });
    client.send({ type: "reset" });
    expect(await client.next("error")).toMatchObject({ code: "HELLO_REQUIRED" });
    client.send({ type: "hello", protocol: 99, agents: ["ap-0"] });
    expect(await client.next("error")).toMatchObject({ code: "PROTOCOL_UNSUPPORTED" });
    client.send({ type: "hello", protocol: 1, agents: ["ap-99"] });
    expect(await client.next("error")).toMatchObject({ code: "AGENT_UNKNOWN" });
    client.send({ type: "hello", protocol: 1, agents: ["ap-0"] });
    await client.next("hello");
    expect(bridge.report().invalidFrames).toBe(2);
  });

  test("broken framing closes that connection and no other", async () => {
    const { bridge, address } = await startBridge({ clock });
    const good = await RawClient.join(address, "ap-0");
    const bad = await RawClient.join(address, "ap-1");
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, maxFrameBytes + 1);
    bad.socket.write(header);
    await bad.untilClosed();
    expect(bad.replies.at(-1)).toMatchObject({ type: "error", code: "FRAME_INVALID" });
    expect((await good.play(3)).length).toBe(3);
    expect(bridge.report().invalidFrames).toBe(1);
  });

  test("an agent's goodbye frees its access point", async () => {
    const { address } = await startBridge({ clock });
    const first = await RawClient.join(address, "ap-0");
    first.send({ type: "close" });
    await first.untilClosed();
    await RawClient.join(address, "ap-0");
  });

  test("it stops at once while clients are connected and removes its socket", async () => {
    const listen = socketAddress();
    const { bridge, address } = await startBridge({ clock, listen });
    const client = await RawClient.join(address, "ap-0");
    await bridge.stop();
    await client.untilClosed();
    expect(existsSync(listen.slice("unix:".length))).toBe(false);
  });
});

describe("real-time only", () => {
  test("every access point gets one observation a slot, in order", async () => {
    const { bridge, address } = await startBridge({ slots: 40, waitForAgents: 2 });
    const clients = [await RawClient.join(address, "ap-0"), await RawClient.join(address, "ap-1")];
    await bridge.done();
    await bridge.stop();
    await Promise.all(clients.map((client) => client.untilClosed()));
    const slots = clients.map((client) =>
      client.replies.map((reply) => (reply.type === "observation" ? reply.slot : -1)),
    );
    expect(slots[0]?.length).toBe(40);
    expect(slots[0]).toEqual([...new Set(slots[0])].sort((a, b) => a - b));
    expect(slots[1]).toEqual(slots[0]);
    const report = bridge.report();
    expect(report.slots).toBe(40);
    expect(report.perAgent["ap-0"]).toMatchObject({ slots: 40, held: 40 });
  });

  test("slots go on without any agent and are counted as held", async () => {
    const { bridge } = await startBridge({ slots: 5 });
    await bridge.done();
    expect(bridge.report().perAgent["ap-3"]).toMatchObject({ slots: 5, held: 5 });
  });
});

import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokerConfigSchema } from "../../cloud/broker/config.ts";
import { EmbeddedBroker } from "../../cloud/broker/embedded-broker.ts";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import { createLog } from "../../platform/log.ts";
import { eventually } from "./eventually.ts";
import {
  connectPacket,
  connectPacketWithWill,
  publishPacket,
  rawClient,
  subscribePacket,
} from "./raw-mqtt.ts";
import { SimulatedAgent } from "./simulated-agent.ts";

const log = createLog("broker", "silent");

let broker: EmbeddedBroker;
let cleanUp: (() => Promise<unknown> | unknown)[];

function createBroker(port = 0): EmbeddedBroker {
  const config = brokerConfigSchema.parse({
    port,
    maxFrameBytes: 65_536,
    maxConnections: 20,
    connectTimeoutMs: 300,
    drainTimeoutMs: 300,
    maxRetainedAgents: 2,
    concurrency: 50,
  });
  return new EmbeddedBroker(config, log);
}

const telemetryOf = (agent: string) => agentTelemetryMessage.topic(agent);

const url = () => `mqtt://127.0.0.1:${broker.port}`;

async function client(clientId: string) {
  const connected = await connectAsync(url(), {
    clientId,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  cleanUp.push(() => connected.endAsync(true));
  return connected;
}

function raw() {
  const connected = rawClient(broker.port);
  cleanUp.push(() => connected.socket.destroy());
  return connected;
}

beforeEach(async () => {
  cleanUp = [];
  broker = createBroker();
  await broker.start();
});

afterEach(async () => {
  for (const clean of cleanUp) await clean();
  await broker.stop();
});

describe("the embedded broker", () => {
  it("closes on a first packet that is too long, by its header alone", async () => {
    const { socket, ended } = raw();
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0, 4]));
    await ended;
    expect(broker.counters.oversized).toBe(1);
    await client("still-served");
  });

  it("closes on a later packet over the frame limit and serves the others", async () => {
    const good = await client("good");
    const received: string[] = [];
    good.on("message", (topic) => received.push(topic));
    await good.subscribeAsync("slotwise/#");
    const { socket, ended } = raw();
    socket.write(connectPacket("bad"));
    socket.write(publishPacket(telemetryOf("fits"), Buffer.alloc(60_000)));
    await eventually(() => received.includes(telemetryOf("fits")));
    socket.write(publishPacket(telemetryOf("too-long"), Buffer.alloc(70_000)));
    await ended;
    expect(broker.counters.oversized).toBe(1);
    await good.publishAsync(telemetryOf("after"), "x", { qos: 1 });
    await eventually(() => received.includes(telemetryOf("after")));
    expect(received).toEqual([telemetryOf("fits"), telemetryOf("after")]);
  });

  it("closes on silence before CONNECT", async () => {
    const { ended } = raw();
    await ended;
    expect(broker.counters.failed).toBe(1);
  });

  it.each(["", "keeper"])("keeps no session, for client id '%s'", async (clientId) => {
    const { socket, ended } = raw();
    socket.write(connectPacket(clientId, false));
    await ended;
    expect(broker.counters.refused).toBe(1);
    const allowed = raw();
    allowed.socket.write(connectPacket(clientId, true));
    const [connack] = (await once(allowed.socket, "data")) as [Buffer];
    expect([...connack]).toEqual([0x20, 2, 0, 0]);
  });

  it("refuses a last will on a topic that is not slotwise's", async () => {
    const { socket, ended } = raw();
    socket.write(connectPacketWithWill("c", "junk", "gone"));
    await ended;
    expect(broker.counters.refused).toBe(1);
  });

  it("closes on a message on a foreign topic and keeps nothing of it", async () => {
    const { socket, ended } = raw();
    socket.write(connectPacket("stranger"));
    await once(socket, "data");
    socket.write(publishPacket("junk", Buffer.from("x")));
    await ended;
    expect(broker.counters.denied).toBe(1);
  });

  it("delivers and does not retain what the table does not, or agents over its bound", async () => {
    const sender = await client("sender");
    const publish = (topic: string) => sender.publishAsync(topic, "x", { qos: 1, retain: true });
    const watcher = await client("watcher");
    const live: string[] = [];
    watcher.on("message", (topic) => live.push(topic));
    await watcher.subscribeAsync("slotwise/#");
    const states = ["a", "b", "c"].map((agent) => agentStateMessage.topic(agent));
    for (const topic of [telemetryOf("a"), ...states]) await publish(topic);
    await eventually(() => live.length === 4);
    const late = await client("late");
    const retained: string[] = [];
    late.on("message", (topic) => retained.push(topic));
    await late.subscribeAsync("slotwise/#");
    await publish("slotwise/cloud/state");
    await eventually(() => retained.includes("slotwise/cloud/state"));
    expect(retained.slice(0, -1).sort()).toEqual(states.slice(0, 2));
    expect(broker.counters.unretained).toBe(2);
    expect(sender.connected).toBe(true);
  });

  it("refuses connections over its limit", async () => {
    const full = await Promise.all(Array.from({ length: 20 }, (_, n) => client(`c${n}`)));
    const { ended } = raw();
    await ended;
    expect(broker.counters.refused).toBe(1);
    await full[0]?.endAsync();
    await eventually(() => full[0]?.connected === false);
    await client("again");
  });

  it("loses nothing for the others when a subscriber freezes", { timeout: 20_000 }, async () => {
    const { socket, ended } = raw();
    socket.write(connectPacket("frozen"));
    await once(socket, "data");
    socket.pause();
    socket.write(subscribePacket(telemetryOf("load")));
    const good = await client("good");
    let received = 0;
    good.on("message", () => received++);
    await good.subscribeAsync(telemetryOf("load"));
    const sender = await client("sender");
    const payload = Buffer.alloc(50_000);
    for (let n = 0; n < 400; n++)
      await sender.publishAsync(telemetryOf("load"), payload, { qos: 1 });
    await eventually(
      () => received === 400,
      () => received,
    );
    await eventually(() => broker.counters.failed === 1);
    socket.resume();
    await ended;
  });

  it("says that its address is taken", async () => {
    await expect(createBroker(broker.port).start()).rejects.toMatchObject({
      code: "BROKER_UNAVAILABLE",
    });
  });
});

describe("an agent's link", () => {
  it("keeps a retained state that turns offline when it stops", async () => {
    const agent = new SimulatedAgent("ap-0", url(), 0).start();
    const watcher = await client("watcher");
    const states: boolean[] = [];
    watcher.on("message", (_, payload) => states.push(agentStateMessage.decode(payload).online));
    await watcher.subscribeAsync(agentStateMessage.subscription);
    await eventually(() => states.at(-1) === true);
    await agent.stop();
    await eventually(() => states.at(-1) === false);
    const late = await client("late");
    const retained: boolean[] = [];
    late.on("message", (_, payload, packet) => {
      if (packet.retain) retained.push(agentStateMessage.decode(payload).online);
    });
    await late.subscribeAsync(agentStateMessage.subscription);
    await eventually(() => retained.length > 0);
    expect(retained).toEqual([false]);
  });

  it("does not let anyone else have the last word on its state", async () => {
    const agent = new SimulatedAgent("ap-0", url(), 0).start();
    cleanUp.push(() => agent.stop());
    await eventually(() => agent.link.connected);
    const watcher = await client("watcher");
    const seen: string[] = [];
    watcher.on("message", (_, payload) => seen.push(payload.toString()));
    await watcher.subscribeAsync("slotwise/agents/ap-0/state");
    await eventually(() => seen.length > 0);
    const [own] = seen;
    await watcher.publishAsync("slotwise/agents/ap-0/state", "{}", { qos: 1, retain: true });
    await eventually(() => seen.length >= 3 && seen.at(-1) === own);
  });

  it("leaves its last will when it is killed", async () => {
    const { socket } = raw();
    socket.write(connectPacketWithWill("ap-9", "slotwise/agents/ap-9/state", "gone"));
    await once(socket, "data");
    socket.destroy();
    const watcher = await client("watcher");
    const seen: string[] = [];
    watcher.on("message", (_, payload) => seen.push(payload.toString()));
    await watcher.subscribeAsync("slotwise/agents/+/state");
    await eventually(() => seen.includes("gone"));
  });

  it("comes back to a broker that was away, with bounded telemetry", {
    timeout: 20_000,
  }, async () => {
    const agent = new SimulatedAgent("ap-0", url(), 0).start();
    cleanUp.push(() => agent.stop());
    await eventually(() => agent.link.connected);
    const { port } = broker;
    await broker.stop();
    await eventually(() => !agent.link.connected);
    await delay(700);
    expect(agent.link.counters.droppedTelemetry).toBeGreaterThan(3);
    broker = createBroker(port);
    await broker.start();
    const watcher = await client("watcher");
    const topics = new Set<string>();
    watcher.on("message", (topic) => topics.add(topic));
    await watcher.subscribeAsync("slotwise/#");
    await eventually(
      () => topics.size === 2,
      () => [...topics],
    );
    expect([...topics].sort()).toEqual([
      "slotwise/agents/ap-0/state",
      "slotwise/agents/ap-0/telemetry",
    ]);
    expect(agent.link.counters.reconnects).toBe(1);
  });

  it("does not wait for a broker that is not there", async () => {
    const agent = new SimulatedAgent("ap-0", "mqtt://127.0.0.1:1", 0).start();
    await delay(400);
    expect(agent.link.connected).toBe(false);
    expect(agent.link.counters.bytesSent).toBe(0);
    await agent.stop();
  });
});

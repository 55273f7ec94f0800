import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokerConfigSchema } from "../../cloud/broker/config.ts";
import { EmbeddedBroker } from "../../cloud/broker/embedded-broker.ts";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { createLog } from "../../platform/log.ts";
import { eventually } from "./eventually.ts";
import { connectPacket, publishPacket, rawClient, subscribePacket } from "./raw-mqtt.ts";
import { SimulatedAgent } from "./simulated-agent.ts";
import { startCommand } from "./slotwise.ts";

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
    concurrency: 50,
  });
  return new EmbeddedBroker(config, log);
}

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
    await good.subscribeAsync("t/#");
    const { socket, ended } = raw();
    socket.write(connectPacket("bad"));
    socket.write(publishPacket("t/fits", Buffer.alloc(60_000)));
    await eventually(() => received.includes("t/fits"));
    socket.write(publishPacket("t/too-long", Buffer.alloc(70_000)));
    await ended;
    expect(broker.counters.oversized).toBe(1);
    await good.publishAsync("t/after", "x", { qos: 1 });
    await eventually(() => received.includes("t/after"));
    expect(received).toEqual(["t/fits", "t/after"]);
  });

  it("closes on silence before CONNECT", async () => {
    const { ended } = raw();
    await ended;
    expect(broker.counters.failed).toBe(1);
  });

  it("refuses to keep a session for an empty client id", async () => {
    const { socket, ended } = raw();
    socket.write(connectPacket("", false));
    await ended;
    expect(broker.counters.refused).toBe(1);
    const allowed = raw();
    allowed.socket.write(connectPacket("", true));
    const [connack] = (await once(allowed.socket, "data")) as [Buffer];
    expect([...connack]).toEqual([0x20, 2, 0, 0]);
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
    socket.write(subscribePacket("load"));
    const good = await client("good");
    let received = 0;
    good.on("message", () => received++);
    await good.subscribeAsync("load");
    const sender = await client("sender");
    const payload = Buffer.alloc(50_000);
    for (let n = 0; n < 400; n++) await sender.publishAsync("load", payload, { qos: 1 });
    await eventually(
      () => received === 400,
      () => received,
    );
    socket.resume();
    await ended;
    expect(broker.counters.failed).toBeGreaterThan(0);
  });

  it("says that its address is taken", async () => {
    await expect(createBroker(broker.port).start()).rejects.toMatchObject({
      code: "BROKER_UNAVAILABLE",
    });
  });

  it("runs alone as a command until SIGTERM", { timeout: 20_000 }, async () => {
    const { port } = broker;
    await broker.stop();
    const command = startCommand("broker", "--port", `${port}`, "--json");
    await eventually(() => command.stderr().includes("listening"), command.stderr);
    const alone = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4 });
    await alone.endAsync();
    command.child.kill("SIGTERM");
    expect(await command.exited).toBe(0);
    expect(JSON.parse(command.stdout())).toEqual({ oversized: 0, refused: 0, failed: 0 });
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

  it("gives up a broker that has stopped answering", { timeout: 20_000 }, async () => {
    const connack = Buffer.from([0x20, 2, 0, 0]);
    const suback = Buffer.from([0x90, 5, 0, 0, 1, 1, 1]);
    let connections = 0;
    const mute = createServer((socket) => {
      connections++;
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write(connack);
        socket.once("data", (subscribe: Buffer) => {
          subscribe.copy(suback, 2, 2, 4);
          socket.write(suback);
          socket.pause();
        });
      });
    }).listen(0, "127.0.0.1");
    await once(mute, "listening");
    cleanUp.push(() => mute.close());
    const { port } = mute.address() as AddressInfo;
    const agent = new SimulatedAgent("ap-0", `mqtt://127.0.0.1:${port}`, 0).start();
    await eventually(() => agent.link.connected);
    await eventually(() => connections >= 2 && agent.link.counters.reconnects >= 1);
    await agent.stop();
  });

  it("leaves its last will when it is killed", async () => {
    const { socket } = raw();
    const will = Buffer.from("gone");
    const topic = Buffer.from("slotwise/agents/ap-9/state");
    const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, bytes.length]), bytes]);
    const body = Buffer.concat([
      field(Buffer.from("MQTT")),
      Buffer.from([4, 0x2e, 0, 0]),
      field(Buffer.from("ap-9")),
      field(topic),
      field(will),
    ]);
    socket.write(Buffer.concat([Buffer.from([0x10, body.length]), body]));
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

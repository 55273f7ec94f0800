import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokerConfigSchema } from "../../cloud/broker/config.ts";
import { EmbeddedBroker } from "../../cloud/broker/embedded-broker.ts";
import { createLog } from "../../platform/log.ts";
import { MqttConnection } from "../../platform/mqtt/mqtt-connection.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { SimulatedAgent } from "./simulated-agent.ts";

const silent = createLog("c", "silent");
const telemetry = "slotwise/agents/ap-0/telemetry";

let cleanUp: (() => unknown)[];

beforeEach(() => {
  cleanUp = [];
});

afterEach(async () => {
  for (const clean of cleanUp) await clean();
});

setFlagsFromString("--expose_gc");
const collectGarbage: () => void = runInNewContext("gc");

function heldBytes(): number {
  collectGarbage();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

/** Takes connections and subscriptions, answers pings, and never says that it has a message. */
async function withoutPuback(): Promise<{ readonly url: string; connections: number }> {
  const told = { url: "", connections: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    told.connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      const type = (chunk[0] ?? 0) >> 4;
      if (type === 1) socket.write(Buffer.from([0x20, 2, 0, 0]));
      if (type === 8) socket.write(Buffer.from([0x90, 3, chunk[2] ?? 0, chunk[3] ?? 0, 1]));
      if (type === 12) socket.write(Buffer.from([0xd0, 0]));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  told.url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return told;
}

/** A SUBACK that grants quality of service 1 to every filter of a SUBSCRIBE below 16 kB. */
function subackFor(subscribe: Buffer): Buffer {
  const idAt = (subscribe[1] as number) < 0x80 ? 2 : 3;
  const granted: number[] = [];
  for (let at = idAt + 2; at < subscribe.length; at += 2 + subscribe.readUInt16BE(at) + 1) {
    granted.push(1);
  }
  const id = [...subscribe.subarray(idAt, idAt + 2)];
  return Buffer.from([0x90, 2 + granted.length, ...id, ...granted]);
}

describe("a connection", () => {
  it("leaves a broker that answers pings and never a message", async () => {
    const mute = await withoutPuback();
    const message = { topic: "t", payload: Buffer.from("x"), qos: 1, retain: false } as const;
    const connection = new MqttConnection({
      url: mute.url,
      clientId: "c",
      subscriptions: { s: 1 },
      will: message,
      keepaliveS: 1,
      connectTimeoutMs: 500,
      backOff: { firstMs: 1, capMs: 10 },
      streamCapacity: 1,
      uniform: () => 0,
      log: silent,
      onMessage: () => {},
    });
    connection.start();
    cleanUp.push(() => connection.stop());
    await eventually(() => connection.connected);
    connection.send(message, "standing");
    await eventually(() => mute.connections >= 3);
    expect(connection.counters.reconnects).toBeGreaterThanOrEqual(1);
  });

  it("keeps the newest of what it was to send while there was no broker, and counts the rest", async () => {
    const [sent, kept, bytes] = [100_000, 60, 1024];
    const port = await freePort();
    const broker = new EmbeddedBroker(brokerConfigSchema.parse({ port }), silent);
    const heard: number[] = [];
    const connection = new MqttConnection({
      url: `mqtt://127.0.0.1:${port}`,
      clientId: "ap-0",
      subscriptions: { [telemetry]: 1 },
      will: { topic: telemetry, payload: new Uint8Array(), qos: 1, retain: false },
      keepaliveS: 1,
      connectTimeoutMs: 500,
      backOff: { firstMs: 50, capMs: 50 },
      streamCapacity: kept,
      uniform: Math.random,
      log: silent,
      onMessage: (_, payload) => heard.push(Buffer.from(payload).readUInt32LE()),
    });
    connection.start();
    cleanUp.push(() => connection.stop());
    const beforeBytes = heldBytes();
    for (let i = 0; i < sent; i++) {
      const payload = Buffer.alloc(bytes);
      payload.writeUInt32LE(i);
      connection.send({ topic: telemetry, payload, qos: 0, retain: false }, "stream");
    }
    // V8 counts what it frees beside the main thread a little later.
    await eventually(() => heldBytes() - beforeBytes < 2 ** 21, heldBytes);
    expect(connection.counters.dropped).toBe(sent - kept);
    await broker.start();
    cleanUp.push(() => broker.stop());
    await eventually(() => heard.length >= kept);
    expect(heard).toEqual(Array.from({ length: kept }, (_, i) => sent - kept + i));
  });

  it("leaves a broker that has stopped answering at all", { timeout: 20_000 }, async () => {
    const connack = Buffer.from([0x20, 2, 0, 0]);
    let connections = 0;
    const mute = createServer((socket) => {
      connections++;
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write(connack);
        socket.once("data", (subscribe: Buffer) => {
          socket.write(subackFor(subscribe));
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
});

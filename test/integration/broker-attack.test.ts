import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import {
  connectPacket,
  halfOpenPublishPacket,
  publishPacket,
  rawClient,
  subscribePacket,
} from "./raw-mqtt.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";

const mebibyte = 1024 * 1024;
const chunk = Buffer.alloc(64 * 1024, 0x61);

let broker: RunningCommand;
let port: number;
let sockets: Socket[];
let clients: MqttClient[];

function rssBytes(): number {
  const status = readFileSync(`/proc/${broker.child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

function raw() {
  const connected = rawClient(port);
  sockets.push(connected.socket);
  return connected;
}

async function client(clientId: string): Promise<MqttClient> {
  const connected = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  clients.push(connected);
  return connected;
}

/** A fixed header that announces so many bytes. */
function header(type: number, length: number): Buffer {
  const bytes = [type];
  for (let rest = length; rest > 0; rest >>= 7)
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
  return Buffer.from(bytes);
}

/** Sends a packet of so many bytes as fast as the broker takes it, until it hangs up. */
async function flood(type: number, length: number): Promise<void> {
  const { socket, ended } = raw();
  await once(socket, "connect");
  socket.write(header(type, length));
  let sent = 0;
  while (sent < length && !socket.destroyed) {
    sent += chunk.length;
    if (!socket.write(chunk)) await Promise.race([once(socket, "drain").catch(() => []), ended]);
  }
  await ended;
}

/** Round trips of a client's own messages while something else goes on; the longest, ms. */
async function longestPing(during: Promise<unknown>): Promise<number> {
  const pinger = await client("pinger");
  const topic = "slotwise/agents/pinger/telemetry";
  await pinger.subscribeAsync(topic);
  let longestMs = 0;
  let running = true;
  const over = during.finally(() => {
    running = false;
  });
  do {
    const answer = new Promise((resolve) => pinger.once("message", resolve));
    const sentAtMs = performance.now();
    pinger.publish(topic, "ping");
    await answer;
    longestMs = Math.max(longestMs, performance.now() - sentAtMs);
    await delay(5);
  } while (running);
  await over;
  await pinger.endAsync();
  return longestMs;
}

async function startBroker(...flags: string[]): Promise<void> {
  broker = startCommand("broker", "--port", `${port}`, "--log-level", "warn", "--json", ...flags);
  let up = false;
  while (!up) {
    up = await client("first").then(
      () => true,
      () => delay(50, false),
    );
  }
}

const load = "slotwise/agents/load/telemetry";

/** The longest wait for the next of 400 messages of 50 kB, ms. */
async function longestGap(receiver: MqttClient, sender: MqttClient): Promise<number> {
  let received = 0;
  let longestMs = 0;
  let lastMs = performance.now();
  const take = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    received++;
  };
  receiver.on("message", take);
  await receiver.subscribeAsync(load);
  const payload = Buffer.alloc(50_000);
  for (let n = 0; n < 400; n++)
    await sender.publishAsync(load, payload, { qos: n % 2 === 0 ? 1 : 0 });
  await eventually(
    () => received === 400,
    () => received,
  );
  receiver.off("message", take);
  return longestMs;
}

beforeEach(async () => {
  sockets = [];
  clients = [];
  port = await freePort();
  await startBroker();
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const connected of clients) await connected.endAsync(true);
  broker.child.kill("SIGKILL");
  await broker.exited;
});

async function counters(): Promise<Record<string, number>> {
  broker.child.kill("SIGTERM");
  expect(await broker.exited).toBe(0);
  return JSON.parse(broker.stdout()) as Record<string, number>;
}

describe("the broker under attack", () => {
  it("stores nothing of 14 first packets of 100 MB and 4 CONNECTs of 200 MB", async () => {
    const before = rssBytes();
    let peak = before;
    const sampling = setInterval(() => {
      peak = Math.max(peak, rssBytes());
    }, 20);
    const attack = Promise.all([
      ...Array.from({ length: 14 }, () => flood(0x30, 100e6)),
      ...Array.from({ length: 4 }, () => flood(0x10, 200e6)),
    ]);
    const longestMs = await longestPing(attack);
    const idleMs = await longestPing(delay(2000));
    clearInterval(sampling);
    expect(peak - before).toBeLessThanOrEqual(25 * mebibyte);
    expect(longestMs).toBeLessThanOrEqual(100 + idleMs);
    expect((await counters()).oversized).toBe(18);
  });

  it("closes 1,000 silent sockets within 10 s and serves others meanwhile", async () => {
    const lives = Array.from({ length: 1000 }, async () => {
      const { socket, ended } = raw();
      await once(socket, "connect");
      const connectedAtMs = performance.now();
      await ended;
      return performance.now() - connectedAtMs;
    });
    expect(Math.max(...(await Promise.all(lives)))).toBeLessThanOrEqual(10_000);
    await client("afterwards");
  });

  it("closes sockets that send CONNECT byte by byte", async () => {
    const startedAtMs = performance.now();
    const { socket, ended } = raw();
    const bytes = connectPacket("slow");
    let at = 0;
    const dripping = setInterval(() => socket.write(bytes.subarray(at, ++at)), 1500);
    await ended;
    clearInterval(dripping);
    expect(performance.now() - startedAtMs).toBeLessThanOrEqual(10_000);
  });

  it("holds up nobody for a subscriber that reads nothing", async () => {
    const good = await client("good");
    const sender = await client("sender");
    const before = await longestGap(good, sender);
    const { socket, ended } = raw();
    socket.write(connectPacket("frozen"));
    await once(socket, "data");
    socket.pause();
    socket.write(subscribePacket(load));
    expect(await longestGap(good, sender)).toBeLessThanOrEqual(1000 + before);
    await eventually(() => broker.stderr().includes("client failed"), broker.stderr, 25_000);
    socket.resume();
    await ended;
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "x".repeat(3000)])(
    "survives the client id %s, twice at once",
    async (clientId) => {
      await Promise.all([client(clientId), client(clientId).catch(() => undefined)]);
      const { socket } = raw();
      socket.write(connectPacket(clientId));
      await once(socket, "data");
      await client("still-served");
    },
  );

  it("survives topics of 150 levels, as message, filter and will", async () => {
    const deep = Array.from({ length: 150 }, () => "a").join("/");
    for (const topic of [deep, `slotwise/${deep}`, `${"/".repeat(149)}`, `${"+/".repeat(149)}#`]) {
      const publisher = raw();
      publisher.socket.write(connectPacket("deep"));
      await once(publisher.socket, "data");
      publisher.socket.write(publishPacket(topic, Buffer.from("x")));
      await publisher.ended;
      const subscriber = raw();
      subscriber.socket.write(connectPacket("deep"));
      await once(subscriber.socket, "data");
      subscriber.socket.write(subscribePacket(topic));
      await Promise.race([subscriber.ended, once(subscriber.socket, "data")]);
      const will = {
        topic: topic.replaceAll(/[+#]/g, "a"),
        payload: Buffer.from("x"),
        qos: 1 as const,
      };
      const options = { protocolVersion: 4 as const, reconnectPeriod: 0, will };
      await expect(connectAsync(`mqtt://127.0.0.1:${port}`, options, false)).rejects.toThrow();
    }
    await client("still-served");
  });

  it("keeps nothing of 5,000 half-open messages of quality of service 2", async () => {
    const before = rssBytes();
    for (let n = 0; n < 50; n++) {
      const { socket, ended } = raw();
      socket.write(connectPacket(`half-open-${n}`));
      await once(socket, "data");
      const messages = Array.from({ length: 100 }, (_, id) =>
        halfOpenPublishPacket("slotwise/cloud/state", id + 1),
      );
      socket.write(Buffer.concat(messages));
      await ended;
    }
    expect(rssBytes() - before).toBeLessThanOrEqual(25 * mebibyte);
    await client("still-served");
    expect((await counters()).denied).toBeGreaterThanOrEqual(50);
  });

  it("reads a client that floods it only so fast, and loses nothing of it", async () => {
    broker.child.kill("SIGKILL");
    await broker.exited;
    const folder = mkdtempSync(join(tmpdir(), "slotwise-limits-"));
    const config = join(folder, "broker.yaml");
    writeFileSync(config, "maxMessagesPerSecond: 200\n");
    await startBroker("--config", config);
    rmSync(folder, { recursive: true });
    const topic = "slotwise/agents/flood/telemetry";
    const watcher = await client("watcher");
    let received = 0;
    watcher.on("message", () => received++);
    await watcher.subscribeAsync(topic);
    const { socket } = raw();
    socket.write(connectPacket("flood"));
    await once(socket, "data");
    const startedAtMs = performance.now();
    socket.write(
      Buffer.concat(
        Array.from({ length: 1000 }, () => publishPacket(topic, chunk.subarray(0, 100))),
      ),
    );
    await eventually(
      () => received === 1000,
      () => received,
    );
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(1500);
    expect((await counters()).throttled).toBeGreaterThan(0);
  });
});

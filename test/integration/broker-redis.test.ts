import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { SimulatedAgent } from "./simulated-agent.ts";
import { type RunningCommand, runCommand, startCommand } from "./slotwise.ts";
import { untilListening } from "./until-listening.ts";

const redisServer = "/usr/bin/redis-server";
const timeout = 60_000;

/** False, and said so once, where Debian's redis-server is not installed. */
const hasRedis = existsSync(redisServer);
if (!hasRedis) process.stderr.write("skipped: apt-get install redis-server\n");

/** A Redis that keeps nothing over its end. */
async function startRedis(port: number, folder: string): Promise<ChildProcess> {
  const flags = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const redis = spawn(redisServer, flags, { stdio: "ignore" });
  await untilListening(port);
  return redis;
}

async function killed(redis: ChildProcess): Promise<void> {
  const closed = once(redis, "close");
  redis.kill("SIGKILL");
  await closed;
}

describe.skipIf(!hasRedis)("two brokers on one Redis", () => {
  let folder: string;
  let redis: ChildProcess;
  let redisPort: number;
  let brokers: RunningCommand[];
  let ports: number[];
  let clients: MqttClient[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "slotwise-redis-"));
    redisPort = await freePort();
    redis = await startRedis(redisPort, folder);
    const config = join(folder, "broker.yaml");
    writeFileSync(config, `redis: redis://127.0.0.1:${redisPort}\n`);
    ports = [await freePort(), await freePort()];
    brokers = ports.map((port) =>
      startCommand("broker", "--config", config, "--port", `${port}`, "--log-level", "warn"),
    );
    clients = [];
  });

  afterEach(async () => {
    for (const client of clients) await client.endAsync(true);
    for (const { child, exited } of brokers) {
      child.kill("SIGKILL");
      await exited;
    }
    await killed(redis);
    rmSync(folder, { recursive: true });
  });

  async function client(port: number | undefined, clientId: string): Promise<MqttClient> {
    const options = { protocolVersion: 4, reconnectPeriod: 0, clientId } as const;
    for (;;) {
      const connected = await connectAsync(`mqtt://127.0.0.1:${port}`, options, false).catch(
        () => undefined,
      );
      if (connected !== undefined) {
        connected.on("error", () => undefined);
        clients.push(connected);
        return connected;
      }
      await delay(50);
    }
  }

  it("carry each other's messages, and what either retains", { timeout }, async () => {
    const sender = await client(ports[0], "ap-0");
    const watcher = await client(ports[1], "watcher");
    const heard: string[] = [];
    watcher.on("message", (topic) => heard.push(topic));
    await watcher.subscribeAsync("slotwise/#", { qos: 1 });
    const telemetry = "slotwise/agents/ap-0/telemetry";
    const state = "slotwise/agents/ap-0/state";
    await sender.publishAsync(telemetry, "x");
    await sender.publishAsync(state, "here", { qos: 1, retain: true });
    await eventually(
      () => heard.includes(telemetry) && heard.includes(state),
      () => heard,
    );
    const late = await client(ports[1], "late");
    const retained: string[] = [];
    late.on("message", (topic) => retained.push(topic));
    await late.subscribeAsync("slotwise/#", { qos: 1 });
    await eventually(() => retained.length > 0);
    expect(retained).toEqual([state]);
  });

  it("serve a client id once", { timeout }, async () => {
    const first = await client(ports[0], "ap-0");
    await client(ports[1], "ap-0");
    await eventually(() => !first.connected);
  });

  it("keep to the access table for both", { timeout }, async () => {
    const stranger = await client(ports[0], "stranger");
    const watcher = await client(ports[1], "watcher");
    const heard: string[] = [];
    watcher.on("message", (topic) => heard.push(topic));
    await watcher.subscribeAsync("#", { qos: 1 });
    stranger.publish("junk", "x", { qos: 1 }, () => undefined);
    await eventually(() => !stranger.connected);
    await delay(300);
    expect(heard).toEqual([]);
  });

  it("go on when Redis comes back empty, and cut their clients until then", {
    timeout,
  }, async () => {
    const urls = ports.map((port) => `mqtt://127.0.0.1:${port}`);
    for (const port of ports) await untilListening(port);
    const state = join(folder, "state");
    const flags = ["--state-dir", state, "--deadline-ms", "1000"];
    const cloud = startCommand("cloud", "--broker", urls[0] as string, ...flags);
    const agents = [0, 1].map((b) =>
      new SimulatedAgent(`ap-${b}`, urls[b] as string, b + 1).start(),
    );
    const reached = (version: number) => () =>
      agents.every(({ versions }) => (versions.at(-1) ?? 0) >= version);
    const progress = () => ({ versions: agents.map((a) => a.versions), log: cloud.stderr() });
    try {
      await eventually(reached(2), progress, 20_000);
      await killed(redis);
      await eventually(() => agents.every(({ link }) => !link.connected), progress);
      await delay(2000);
      expect(agents.some(({ link }) => link.connected)).toBe(false);
      const before = Math.max(...agents.flatMap(({ versions }) => versions));
      redis = await startRedis(redisPort, folder);
      await eventually(reached(before + 2), progress, 20_000);
      const late = await client(ports[1], "late");
      const retained = new Set<string>();
      late.on("message", (topic, _, { retain }) => retain && retained.add(topic));
      await late.subscribeAsync("slotwise/#", { qos: 1 });
      const standing = ["agents/ap-0/state", "agents/ap-1/state", "cloud/state"];
      const rounds = ["federation/round", "federation/global"];
      await eventually(
        () => [...standing, ...rounds].every((topic) => retained.has(`slotwise/${topic}`)),
        () => [...retained],
      );
    } finally {
      await Promise.all(agents.map((agent) => agent.stop()));
      cloud.child.kill("SIGKILL");
      await cloud.exited;
    }
  });
});

it.skipIf(!hasRedis)("a broker without its Redis says so and does not start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slotwise-redis-"));
  const config = join(folder, "broker.yaml");
  const address = `127.0.0.1:${await freePort()}`;
  writeFileSync(config, `redis: redis://user:secret@${address}\n`);
  const { code, stderr } = await runCommand("broker", "--config", config, "--port", "0");
  rmSync(folder, { recursive: true });
  expect(code).toBe(1);
  expect(stderr).toContain(`expected Redis to answer at ${address}; received Error: connect ECONN`);
  expect(stderr).not.toMatch(/secret|Unhandled/);
});

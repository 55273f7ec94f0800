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
import { type RunningCommand, startCommand } from "./slotwise.ts";

const redisServer = "/usr/bin/redis-server";
const timeout = 60_000;

/** False, and said so once, where Debian's redis-server is not installed. */
const hasRedis = existsSync(redisServer);
if (!hasRedis) process.stderr.write("skipped: apt-get install redis-server\n");

describe.skipIf(!hasRedis)("two brokers on one Redis", () => {
  let folder: string;
  let redis: ChildProcess;
  let brokers: RunningCommand[];
  let ports: number[];
  let clients: MqttClient[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "slotwise-redis-"));
    const redisPort = await freePort();
    const flags = ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder];
    redis = spawn(redisServer, flags, { stdio: "ignore" });
    await once(redis, "spawn");
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
    const closed = once(redis, "close");
    redis.kill("SIGKILL");
    await closed;
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
});

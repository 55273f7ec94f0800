import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { type RunningCommand, runCommand, startCommand } from "./slotwise.ts";

const timeout = 60_000;

let folder: string;
let config: string;
let port: number;
let broker: RunningCommand;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-persistence-"));
  config = join(folder, "broker.yaml");
  port = await freePort();
  writeFileSync(config, `port: ${port}\nmaxRetainedAgents: 2\npersistence: ${folder}/kept\n`);
});

afterEach(async () => {
  broker.child.kill("SIGKILL");
  await broker.exited;
  rmSync(folder, { recursive: true });
});

function start(): void {
  broker = startCommand("broker", "--config", config, "--log-level", "warn");
}

async function client(): Promise<MqttClient> {
  const options = { protocolVersion: 4, reconnectPeriod: 0 } as const;
  for (;;) {
    const connected = await connectAsync(`mqtt://127.0.0.1:${port}`, options, false).catch(
      () => undefined,
    );
    if (connected !== undefined) return connected;
    await delay(50);
  }
}

const stateOf = (agent: string) => `slotwise/agents/${agent}/state`;

/** What is retained, once it has a certain message. */
async function retained(topic: string, text: string): Promise<Map<string, string>> {
  const reader = await client();
  const found = new Map<string, string>();
  reader.on("message", (heardOn, payload, { retain }) => {
    if (retain) found.set(heardOn, `${payload}`);
  });
  await reader.subscribeAsync("slotwise/#", { qos: 1 });
  await eventually(
    () => found.get(topic) === text,
    () => [...found.keys()],
  );
  await delay(300);
  await reader.endAsync();
  return found;
}

describe("a broker with a folder", () => {
  it("has its retained messages again after kill -9", { timeout }, async () => {
    start();
    for (let kills = 0; kills < 3; kills++) {
      const sender = await client();
      const options = { qos: 1, retain: true } as const;
      await sender.publishAsync(stateOf("ap-0"), `life ${kills}`, options);
      await sender.publishAsync(
        "slotwise/federation/global",
        Buffer.alloc(500_000, kills),
        options,
      );
      await sender.publishAsync(stateOf("ap-1"), kills === 1 ? "" : "here", options);
      const last = `round ${kills}`;
      await sender.publishAsync("slotwise/federation/round", last, options);
      await retained("slotwise/federation/round", last);
      broker.child.kill("SIGKILL");
      await broker.exited;
      await sender.endAsync(true);
      start();
      const found = await retained("slotwise/federation/round", last);
      expect(found.get(stateOf("ap-0"))).toBe(`life ${kills}`);
      expect(found.get("slotwise/federation/global")).toHaveLength(500_000);
      expect(found.has(stateOf("ap-1"))).toBe(kills !== 1);
    }
  });

  it("still counts what it kept against its bound", { timeout }, async () => {
    start();
    const options = { qos: 1, retain: true } as const;
    const before = await client();
    for (const agent of ["a", "b"]) await before.publishAsync(stateOf(agent), "x", options);
    expect((await retained(stateOf("b"), "x")).size).toBe(2);
    broker.child.kill("SIGKILL");
    await broker.exited;
    await before.endAsync(true);
    start();
    const after = await client();
    await after.publishAsync(stateOf("c"), "x", options);
    expect([...(await retained(stateOf("b"), "x")).keys()].sort()).toEqual([
      stateOf("a"),
      stateOf("b"),
    ]);
    await after.endAsync();
  });

  it("does not share it with a second one", { timeout }, async () => {
    start();
    await (await client()).endAsync();
    const second = await runCommand("broker", "--config", config, "--port", `${await freePort()}`);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/kept to be free for this broker/);
  });
});

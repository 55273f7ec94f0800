import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokerConfigSchema } from "../../cloud/broker/config.ts";
import { EmbeddedBroker } from "../../cloud/broker/embedded-broker.ts";
import { federationGlobalMessage } from "../../core/messages/federation-global.ts";
import { createLog } from "../../platform/log.ts";
import { sampleBytes, sampleGlobal } from "../fixtures/messages.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { SimulatedAgent } from "./simulated-agent.ts";
import { type RunningCommand, runCommand, startCommand } from "./slotwise.ts";

const timeout = 30_000;

let stateDir: string;
let port: number;
let url: string;
let cloud: RunningCommand;
let agents: SimulatedAgent[];

function startCloud(...flags: string[]): void {
  cloud = startCommand(
    ...["cloud", "--port", `${port}`, "--state-dir", stateDir, "--deadline-ms", "600", "--json"],
    ...flags,
  );
}

function startAgents(count: number): void {
  agents = Array.from({ length: count }, (_, b) =>
    new SimulatedAgent(`ap-${b}`, url, b + 1).start(),
  );
}

async function stopCloud(): Promise<Record<string, unknown>> {
  cloud.child.kill("SIGTERM");
  expect(await cloud.exited).toBe(0);
  return JSON.parse(cloud.stdout()) as Record<string, unknown>;
}

const progress = () => agents.map(({ versions, link }) => ({ versions, ...link.counters }));

const latestOf = (agent: SimulatedAgent | undefined) => agent?.globals.at(-1);

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "slotwise-federation-"));
  port = await freePort();
  url = `mqtt://127.0.0.1:${port}`;
  agents = [];
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  cloud.child.kill("SIGKILL");
  await cloud.exited;
  rmSync(stateDir, { recursive: true });
});

describe("federated rounds over the embedded broker", () => {
  it("average four agents and give all of them the result", { timeout }, async () => {
    startCloud();
    startAgents(4);
    await eventually(
      () => agents.every(({ globals }) => globals.some((g) => g.header.contributors.length === 4)),
      progress,
    );
    await eventually(() => agents.every(({ versions }) => (versions.at(-1) ?? 0) >= 5), progress);
    for (const { globals } of agents) {
      for (const { header, value } of globals) {
        const values = header.contributors.map((name) => Number(name.slice(3)) + 1);
        expect(value).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6);
      }
    }
    await Promise.all(agents.map((agent) => agent.stop()));
    const summary = await stopCloud();
    const answered = agents.reduce(
      (sum, { federation }) => sum + federation.status.roundsJoined,
      0,
    );
    expect(summary).toMatchObject({ rounds: summary.globalVersion, statesRefused: 0 });
    expect(Number(summary.updatesAccepted)).toBeGreaterThanOrEqual(2 * Number(summary.rounds));
    expect(Number(summary.updatesAccepted)).toBeLessThanOrEqual(answered);
    expect(Number(summary.bytesReceived)).toBeGreaterThan(Number(summary.updatesAccepted) * 65_536);
    expect(readdirSync(stateDir).sort()).toEqual(["global.safetensors", "lock", "state.json"]);
  });

  it("close by quorum and deadline when an agent never answers", { timeout }, async () => {
    startCloud("--quorum", "3");
    startAgents(4);
    const [first, , , silent] = agents;
    if (silent === undefined) throw new Error("four agents");
    silent.answering = false;
    await eventually(() => (latestOf(first)?.header.globalVersion ?? 0) >= 4, progress);
    expect(latestOf(first)?.header.contributors.toSorted()).toEqual(["ap-0", "ap-1", "ap-2"]);
    const back = latestOf(silent)?.header.globalVersion ?? 0;
    silent.answering = true;
    await eventually(
      () => silent.globals.some(({ header }) => header.contributors.includes("ap-3")),
      progress,
    );
    const joined = silent.globals.find(({ header }) => header.contributors.includes("ap-3"));
    expect((joined?.header.globalVersion ?? 0) - back).toBeLessThanOrEqual(4);
  });

  it("are extended, and say so, while there is no quorum", { timeout }, async () => {
    startCloud();
    startAgents(1);
    await eventually(() => cloud.stderr().includes("round extended"), cloud.stderr);
    expect(agents[0]?.globals).toEqual([]);
    agents.push(new SimulatedAgent("ap-1", url, 2).start());
    await eventually(() => agents.every(({ globals }) => globals.length > 0), progress);
  });

  it("go on with rising versions after kill -9 of the cloud", { timeout }, async () => {
    startCloud();
    startAgents(4);
    for (let kills = 0; kills < 2; kills++) {
      const before = latestOf(agents[0])?.header.globalVersion ?? 0;
      await eventually(
        () => agents.every((agent) => (latestOf(agent)?.header.globalVersion ?? 0) >= before + 3),
        progress,
      );
      cloud.child.kill("SIGKILL");
      await cloud.exited;
      startCloud();
    }
    const killedAt = Math.max(...agents.map((a) => latestOf(a)?.header.globalVersion ?? 0));
    await eventually(
      () => agents.every((agent) => (latestOf(agent)?.header.globalVersion ?? 0) > killedAt + 2),
      progress,
    );
    for (const { versions, globals } of agents) {
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      expect(new Set(versions).size).toBe(versions.length);
      expect(new Set(globals.map(({ header }) => header.federation)).size).toBe(1);
    }
    const joined = () =>
      new Set(
        agents[0]?.globals
          .filter(({ header }) => header.globalVersion > killedAt)
          .flatMap(({ header }) => header.contributors),
      );
    await eventually(() => joined().size === 4, progress);
  });

  it("are one aggregator's alone on its directory", { timeout }, async () => {
    startCloud();
    startAgents(2);
    await eventually(() => agents.every(({ versions }) => versions.length > 0), progress);
    const second = await runCommand("cloud", "--broker", url, "--state-dir", stateDir);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`a lock that process ${cloud.child.pid} holds`);
    const before = latestOf(agents[0])?.header.globalVersion ?? 0;
    await eventually(() => (latestOf(agents[0])?.header.globalVersion ?? 0) > before + 2, progress);
  });

  it("clear the model of an aggregator that is gone for good", { timeout }, async () => {
    const broker = new EmbeddedBroker(brokerConfigSchema.parse({ port }), createLog("b", "silent"));
    await broker.start();
    const operator = await connectAsync(url, { protocolVersion: 4 });
    const lengths: number[] = [];
    operator.on("message", (_, payload) => lengths.push(payload.length));
    const { topic, encode } = federationGlobalMessage;
    await operator.subscribeAsync(topic());
    const header = { ...sampleGlobal, federation: "dead", globalVersion: 58 };
    const dead = Buffer.from(encode(header, sampleBytes));
    await operator.publishAsync(topic(), dead, { qos: 1, retain: true });
    startAgents(2);
    await eventually(() => agents.every(({ link }) => link.connected), progress);
    cloud = startCommand("cloud", "--broker", url, "--state-dir", stateDir);
    await eventually(() => agents.every(({ versions }) => versions.length > 0), progress);
    for (const { versions, link } of agents) {
      expect(versions[0]).toBe(1);
      expect(link.counters.invalidMessages.global).toBe(0);
    }
    expect(lengths.slice(0, 2)).toEqual([dead.length, 0]);
    await operator.endAsync();
    await broker.stop();
  });

  it("take an agent that was lost and started again", { timeout }, async () => {
    startCloud();
    startAgents(3);
    await eventually(() => (latestOf(agents[0])?.header.globalVersion ?? 0) >= 2, progress);
    await agents.pop()?.stop();
    const leftAt = latestOf(agents[0])?.header.globalVersion ?? 0;
    await eventually(
      () => (latestOf(agents[0])?.header.globalVersion ?? 0) >= leftAt + 2,
      progress,
    );
    const again = new SimulatedAgent("ap-2", url, 3, { incarnation: "second" }).start();
    agents.push(again);
    await eventually(
      () => again.globals.some(({ header }) => header.contributors.includes("ap-2")),
      progress,
    );
    const startedAt = again.versions[0] ?? 0;
    const joined = again.globals.find(({ header }) => header.contributors.includes("ap-2"));
    expect(startedAt).toBeGreaterThan(leftAt);
    expect((joined?.header.globalVersion ?? 0) - startedAt).toBeLessThanOrEqual(2);
  });

  it("are not disturbed by garbage on any topic", { timeout }, async () => {
    startCloud();
    startAgents(2);
    await eventually(() => agents.every(({ versions }) => versions.length > 0), progress);
    const stranger = await connectAsync(url, { protocolVersion: 4 });
    const garbage = [
      Buffer.alloc(0),
      Buffer.from("{"),
      Buffer.from("null"),
      Buffer.alloc(5000, 255),
    ];
    const topics = [
      "slotwise/agents/ap-0/state",
      "slotwise/agents/ap-0/telemetry",
      "slotwise/agents/nobody/state",
      "slotwise/federation/update/ap-0",
      "slotwise/federation/update/nobody",
      "slotwise/federation/round",
      "slotwise/federation/global",
      "slotwise/cloud/state",
    ];
    for (const topic of topics) {
      for (const payload of garbage) await stranger.publishAsync(topic, payload, { qos: 1 });
    }
    await stranger.endAsync();
    const before = latestOf(agents[0])?.header.globalVersion ?? 0;
    await eventually(
      () => agents.every((agent) => (latestOf(agent)?.header.globalVersion ?? 0) >= before + 3),
      progress,
    );
    for (const { link } of agents) {
      expect(link.counters.invalidMessages).toEqual({ round: 3, global: 3 });
      expect(link.counters.reconnects).toBe(0);
    }
    await Promise.all(agents.map((agent) => agent.stop()));
    const summary = await stopCloud();
    expect(summary).toMatchObject({ statesRefused: 6, updatesRefused: { malformed: 8 } });
  });
});

describe("the cloud command", () => {
  it("lists all faults of its configuration and exits with 2", { timeout }, async () => {
    startCloud("--host", "0.0.0.0", "--quorum", "5000");
    expect(await cloud.exited).toBe(2);
    expect(cloud.stderr()).toMatch(/does not authenticate/);
    expect(cloud.stderr()).toMatch(/quorum/);
  });

  it("ends, its broker too, when a region's key cannot be read", { timeout }, async () => {
    const config = join(stateDir, "cloud.yaml");
    const parent = { name: "east", link: { signingKey: join(stateDir, "none.pem") } };
    writeFileSync(config, JSON.stringify({ parent }));
    startCloud("--config", config);
    expect(await cloud.exited).toBe(2);
    expect(cloud.stderr()).toMatch(/an Ed25519 key in PEM/);
  });
});

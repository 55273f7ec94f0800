import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { brokerConfigSchema } from "../../cloud/broker/config.ts";
import { EmbeddedBroker } from "../../cloud/broker/embedded-broker.ts";
import { federationKeysMessage } from "../../core/messages/federation-keys.ts";
import { federationRosterMessage } from "../../core/messages/federation-roster.ts";
import { federationRoundMessage } from "../../core/messages/federation-round.ts";
import { federationSharesMessage } from "../../core/messages/federation-shares.ts";
import { fixedPointStep } from "../../core/secure-aggregation/fixed-point.ts";
import { encodeSafetensors } from "../../core/weights/safetensors.ts";
import { SecureSession } from "../../platform/link/secure/secure-session.ts";
import { createLog } from "../../platform/log.ts";
import { sessionIn } from "../fixtures/secure-party.ts";
import { eventually } from "./eventually.ts";
import { SimulatedAgent, uniformWeights } from "./simulated-agent.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";

const timeout = 30_000;
/** What the agents learn, each a number that is easy to find again. */
const learned = [1.2345678, -2.3456789, 3.4567891, 0.4567891];
const names = learned.map((_, b) => `ap-${b}`);
const startValue = 1;
const values = 128 * 128;

let directory: string;
let broker: EmbeddedBroker;
let url: string;
let cloud: RunningCommand;
let operator: MqttClient;
let captured: { topic: string; payload: Buffer }[];
let agents: SimulatedAgent[];

/** @param more YAML */
function startCloud(more: string, deadlineMs = 1500): void {
  const startModel = join(directory, "start.safetensors");
  writeFileSync(startModel, encodeSafetensors(uniformWeights(startValue)));
  const yaml = `startModel: ${startModel}\nquorum: 3\ndeadlineMs: ${deadlineMs}\n${more}`;
  writeFileSync(join(directory, "cloud.yaml"), yaml);
  const files = [
    "--config",
    join(directory, "cloud.yaml"),
    "--state-dir",
    join(directory, "state"),
  ];
  cloud = startCommand("cloud", "--broker", url, "--json", ...files);
}

function startAgents(link: Record<string, unknown>): void {
  agents = learned.map((value, b) =>
    new SimulatedAgent(names[b] as string, url, value, { link, telemetry: false }).start(),
  );
}

/** A member that shares its secrets in the first round and is never heard of again. */
async function memberLostAfterSharing(): Promise<void> {
  const client = await connectAsync(url, { protocolVersion: 4 });
  let session: SecureSession | undefined;
  const publish = (topic: string, payload: Uint8Array) =>
    client.publish(topic, Buffer.from(payload), { qos: 1 });
  client.on("message", (topic, payload) => {
    if (topic === federationRoundMessage.topic()) {
      const { federation, round } = federationRoundMessage.decode(payload);
      session ??= new SecureSession({
        name: { federation, round },
        agent: "ap-lost",
        incarnation: "only",
        input: new Uint32Array(values).fill(99),
        randomBytes: (length) => new Uint8Array(randomBytes(length)),
        sign: undefined,
        isSigned: () => true,
      });
      publish(federationKeysMessage.topic("ap-lost"), federationKeysMessage.encode(session.keys()));
    } else {
      const roster = federationRosterMessage.decode(payload);
      const shares = session?.shares(roster);
      if (shares === undefined) return;
      publish(federationSharesMessage.topic("ap-lost"), federationSharesMessage.encode(shares));
      client.end();
    }
  });
  await client.subscribeAsync([federationRoundMessage.topic(), federationRosterMessage.topic()]);
}

/** Members that announce an update in every round and never share, and the rounds they have heard of. */
async function membersThatNeverShare(): Promise<number[]> {
  const client = await connectAsync(url, { protocolVersion: 4 });
  onTestFinished(() => client.endAsync(true));
  const rounds: number[] = [];
  client.on("message", (_, payload) => {
    const { federation, round } = federationRoundMessage.decode(payload);
    rounds.push(round);
    for (const agent of ["ap-0", "ap-1", "ap-2"]) {
      const keys = sessionIn({ federation, round }, agent, new Uint32Array(values)).keys();
      const payload = Buffer.from(federationKeysMessage.encode(keys));
      client.publish(federationKeysMessage.topic(agent), payload, { qos: 1 });
    }
  });
  await client.subscribeAsync(federationRoundMessage.topic());
  return rounds;
}

/** Whether a value, twice in a row as float32 or in fixed point, was in any message. */
function wasSeen(value: number): boolean {
  const words = new DataView(new ArrayBuffer(8));
  words.setFloat32(0, value, true);
  words.setInt32(4, Math.trunc((Math.fround(value) - startValue) / fixedPointStep), true);
  const twice = [0, 4].map((at) => {
    const word = Buffer.from(words.buffer, at, 4);
    return Buffer.concat([word, word]);
  });
  return captured.some(({ payload }) => twice.some((bytes) => payload.includes(bytes)));
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "slotwise-secure-"));
  broker = new EmbeddedBroker(brokerConfigSchema.parse({ port: 0 }), createLog("b", "silent"));
  await broker.start();
  url = `mqtt://127.0.0.1:${broker.port}`;
  captured = [];
  operator = await connectAsync(url, { protocolVersion: 4 });
  operator.on("message", (topic, payload) => captured.push({ topic, payload }));
  await operator.subscribeAsync("slotwise/#");
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  cloud.child.kill("SIGKILL");
  await cloud.exited;
  await operator.endAsync();
  await broker.stop();
  rmSync(directory, { recursive: true });
});

describe("secure aggregation over a broker", () => {
  it("gives the mean of four though a fifth is lost, and shows no update", {
    timeout,
  }, async () => {
    startCloud("secure: { threshold: 0.67 }\n", 4000);
    await memberLostAfterSharing();
    startAgents({ secure: { required: true } });
    await eventually(
      () => agents.every(({ versions }) => (versions.at(-1) ?? 0) >= 4),
      () => [
        cloud.stderr(),
        ...agents.map(({ versions, link }) => ({ versions, ...link.counters })),
      ],
    );
    const sharers = captured.filter(
      ({ topic }) => topic === federationSharesMessage.topic("ap-lost"),
    );
    expect(sharers).toHaveLength(1);
    const models = agents
      .flatMap(({ globals }) => globals)
      .filter(({ header }) => header.globalVersion > 1);
    expect(models.map(({ header }) => header.contributors.toSorted())).toContainEqual(names);
    for (const { header, value } of models) {
      const sum = header.contributors.reduce(
        (a, b) => a + (learned[names.indexOf(b)] ?? Number.NaN),
        0,
      );
      expect(Math.abs(value - sum / header.contributors.length)).toBeLessThan(2 * fixedPointStep);
    }
    for (const value of learned) expect(wasSeen(value)).toBe(false);
    await Promise.all(agents.map((agent) => agent.stop()));
    cloud.child.kill("SIGTERM");
    await cloud.exited;
    expect(JSON.parse(cloud.stdout())).toMatchObject({ abandoned: 0, updatesRefused: {} });
  });

  it("is what hides them: without it, the same search finds every update", {
    timeout,
  }, async () => {
    startCloud("");
    startAgents({});
    await eventually(() => agents.every(({ versions }) => versions.length >= 3), cloud.stderr);
    for (const value of learned) expect(wasSeen(value)).toBe(true);
  });

  it("never announces a round's number again, also when rounds gave no model before a kill", {
    timeout,
  }, async () => {
    agents = [];
    const rounds = await membersThatNeverShare();
    startCloud("secure: {}\n", 100);
    await eventually(() => rounds.length >= 4, cloud.stderr);
    cloud.child.kill("SIGKILL");
    await cloud.exited;
    const last = Math.max(...rounds);
    rounds.length = 0;
    startCloud("secure: {}\n", 100);
    await eventually(() => rounds.length >= 2, cloud.stderr);
    expect(rounds[0]).toBeGreaterThan(last);
  });

  it("is left out with agents that ask for it by sending nothing", { timeout }, async () => {
    startCloud("");
    startAgents({ secure: { required: true } });
    await eventually(
      () => agents.every(({ link }) => link.counters.unsent > 0),
      () => agents.map(({ link }) => link.counters),
    );
    expect(captured.filter(({ topic }) => topic.includes("/update/"))).toEqual([]);
  });
});

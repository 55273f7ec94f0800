import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, expect, it } from "vitest";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { cloudStateMessage } from "../../core/messages/cloud-state.ts";
import { federationGlobalMessage } from "../../core/messages/federation-global.ts";
import { federationRoundMessage } from "../../core/messages/federation-round.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { SimulatedAgent } from "./simulated-agent.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";
import { untilListening } from "./until-listening.ts";

let folder: string;
let port: number;
let broker: RunningCommand;
let cloud: RunningCommand;
let agents: SimulatedAgent[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-broker-"));
  port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  await startBroker();
  const flags = ["--state-dir", folder, "--deadline-ms", "60000"];
  cloud = startCommand("cloud", "--broker", url, ...flags);
  agents = [0, 1].map((b) => new SimulatedAgent(`ap-${b}`, url, b + 1).start());
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  for (const { child, exited } of [cloud, broker]) {
    child.kill("SIGKILL");
    await exited;
  }
  rmSync(folder, { recursive: true });
});

async function startBroker(): Promise<void> {
  broker = startCommand("broker", "--port", `${port}`);
  await untilListening(port);
}

const standing = [
  federationRoundMessage.topic(),
  federationGlobalMessage.topic(),
  cloudStateMessage.topic(),
  agentStateMessage.topic("ap-0"),
  agentStateMessage.topic("ap-1"),
];

/** What a newcomer is told of the site, once it has been told everything. */
async function retained(): Promise<Map<string, string>> {
  const options = { protocolVersion: 4, reconnectPeriod: 0 } as const;
  const newcomer = await connectAsync(`mqtt://127.0.0.1:${port}`, options, false);
  const told = new Map<string, string>();
  newcomer.on("message", (topic, payload) => told.set(topic, payload.toString("base64")));
  await newcomer.subscribeAsync("slotwise/#", { qos: 1 });
  await eventually(
    () => standing.every((topic) => told.has(topic)),
    () => [...told.keys()],
  );
  await newcomer.endAsync();
  return told;
}

it("a broker that has lost everything is told it again by those who outlive it, and rounds go on", {
  timeout: 60_000,
}, async () => {
  const versions = () => agents.map((agent) => agent.versions.at(-1) ?? 0);
  await eventually(() => versions().every((version) => version >= 2), versions);
  const [first, second] = agents as [SimulatedAgent, SimulatedAgent];
  // A round that only one has answered stays open, so that nothing new is announced.
  second.answering = false;
  await eventually(() => first.federation.status.round > second.federation.status.round, versions);
  const before = await retained();
  broker.child.kill("SIGKILL");
  await broker.exited;
  await startBroker();
  const after = await retained();
  for (const topic of standing.slice(0, 2)) expect(after.get(topic)).toBe(before.get(topic));
  second.answering = true;
  const last = Math.max(...versions());
  await eventually(() => versions().every((version) => version >= last + 2), versions);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokerConfigSchema } from "../../cloud/broker/config.ts";
import { EmbeddedBroker } from "../../cloud/broker/embedded-broker.ts";
import { type CloudState, cloudStateMessage } from "../../core/messages/cloud-state.ts";
import { encodeSafetensors } from "../../core/weights/safetensors.ts";
import { createLog } from "../../platform/log.ts";
import { eventually } from "./eventually.ts";
import { SimulatedAgent, uniformWeights } from "./simulated-agent.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";

const timeout = 30_000;
/** Budget for five rounds of z = 2, and not for six: ε is 5.38 and 5.98. */
const yaml = (startModel: string) => `
startModel: ${startModel}
deadlineMs: 600
privacy: { clipNorm: 1, noiseMultiplier: 2, maxEpsilon: 5.5 }
`;
const rounds = 5;

let directory: string;
let broker: EmbeddedBroker;
let url: string;
let cloud: RunningCommand;
let operator: MqttClient;
let states: CloudState[];
let agents: SimulatedAgent[];

function startCloud(): void {
  const files = [
    "--config",
    join(directory, "cloud.yaml"),
    "--state-dir",
    join(directory, "state"),
  ];
  cloud = startCommand("cloud", "--broker", url, ...files);
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "slotwise-privacy-"));
  broker = new EmbeddedBroker(brokerConfigSchema.parse({ port: 0 }), createLog("b", "silent"));
  await broker.start();
  url = `mqtt://127.0.0.1:${broker.port}`;
  const startModel = join(directory, "start.safetensors");
  writeFileSync(startModel, encodeSafetensors(uniformWeights(0)));
  writeFileSync(join(directory, "cloud.yaml"), yaml(startModel));
  states = [];
  operator = await connectAsync(url, { protocolVersion: 4 });
  operator.on("message", (_, payload) => states.push(cloudStateMessage.decode(payload)));
  await operator.subscribeAsync(cloudStateMessage.topic());
  agents = [];
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  cloud.child.kill("SIGKILL");
  await cloud.exited;
  await operator.endAsync();
  await broker.stop();
  rmSync(directory, { recursive: true });
});

describe("a federation with a privacy budget", () => {
  it("spends it over a kill, says so, and learns no further", { timeout }, async () => {
    startCloud();
    agents = [1, 2, 3].map((value, b) => new SimulatedAgent(`ap-${b}`, url, value).start());
    await eventually(() => (states.at(-1)?.globalVersion ?? 0) >= 3, cloud.stderr);
    cloud.child.kill("SIGKILL");
    await cloud.exited;
    startCloud();
    await eventually(() => states.at(-1)?.privacy?.budgetSpent === true, cloud.stderr);
    const online = states.filter((state) => state.online);
    const spent = online.map(({ privacy }) => privacy?.epsilon ?? Number.NaN);
    expect(spent[0]).toBe(0);
    expect(spent).toEqual(spent.toSorted((a, b) => a - b));
    expect(spent.at(-1)).toBeCloseTo(5.378, 3);
    expect(states.at(-1)).toMatchObject({ globalVersion: 1 + rounds, round: 0 });
    expect(cloud.stderr()).toContain("privacy budget spent");

    const late = new SimulatedAgent("ap-9", url, 9).start();
    agents.push(late);
    await eventually(() => late.versions.includes(1 + rounds), cloud.stderr);
    const sent = agents.map(({ federation }) => federation.status.roundsJoined);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(agents.map(({ federation }) => federation.status.roundsJoined)).toEqual(sent);
    expect(late.federation.status.roundsJoined).toBe(0);
  });

  it("hides what its agents send, of whatever size, in its noise", { timeout }, async () => {
    startCloud();
    agents = [1e6, -1e6].map((value, b) => new SimulatedAgent(`ap-${b}`, url, value).start());
    const [first] = agents;
    await eventually(() => (first?.versions.length ?? 0) >= 3, cloud.stderr);
    for (const { value } of first?.globals ?? []) expect(Math.abs(value)).toBeLessThan(20);
    expect(new Set(first?.globals.map(({ value }) => value)).size).toBe(first?.globals.length);
  });
});

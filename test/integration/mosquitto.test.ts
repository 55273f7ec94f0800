import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokerConfigSchema } from "../../cloud/broker/config.ts";
import { EmbeddedBroker } from "../../cloud/broker/embedded-broker.ts";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import { createLog } from "../../platform/log.ts";
import { eventually } from "./eventually.ts";
import { hasMosquitto, MosquittoBroker, mosquittoSub } from "./mosquitto-broker.ts";
import { SimulatedAgent } from "./simulated-agent.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";

describe.skipIf(!hasMosquitto)("agents and aggregator on Debian's mosquitto", () => {
  let broker: MosquittoBroker;
  let cloud: RunningCommand;
  let agents: SimulatedAgent[];

  beforeEach(async () => {
    broker = new MosquittoBroker();
    await broker.start();
    const { url, directory } = broker;
    const stateDir = join(directory, "state");
    cloud = startCommand("cloud", "--broker", url, "--state-dir", stateDir, "--json");
    agents = [0, 1, 2, 3].map((b) => new SimulatedAgent(`ap-${b}`, url, b + 1).start());
  });

  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.stop()));
    cloud.child.kill("SIGKILL");
    await cloud.exited;
    await broker.stop();
  });

  const reached = (version: number) => () =>
    agents.every(({ versions }) => (versions.at(-1) ?? 0) >= version);

  const progress = () => ({ versions: agents.map((a) => a.versions), log: cloud.stderr() });

  it("run rounds, before and after a restart of the broker", { timeout: 30_000 }, async () => {
    await eventually(reached(3), progress);
    await broker.kill();
    const before = Math.max(...agents.flatMap(({ versions }) => versions));
    await broker.start();
    await eventually(reached(before + 3), progress);
    for (const { versions } of agents) {
      expect(new Set(versions).size).toBe(versions.length);
    }
    cloud.child.kill("SIGTERM");
    expect(await cloud.exited).toBe(0);
    const summary = JSON.parse(cloud.stdout()) as { rounds: number };
    expect(summary.rounds).toBeGreaterThanOrEqual(before + 3);
  });

  it("are seen by mosquitto_sub", { timeout: 30_000 }, async () => {
    await eventually(reached(1), progress);
    const flags = [
      "-V",
      "mqttv311",
      "-t",
      "slotwise/agents/#",
      "-F",
      "%t %p",
      "-C",
      "30",
      "-W",
      "10",
    ];
    const { stdout } = await promisify(execFile)(
      mosquittoSub as string,
      ["-p", `${broker.port}`, ...flags],
      {
        encoding: "utf8",
      },
    );
    const messages = stdout
      .trim()
      .split("\n")
      .map((line) => {
        const space = line.indexOf(" ");
        return { topic: line.slice(0, space), payload: Buffer.from(line.slice(space + 1)) };
      });
    for (const b of [0, 1, 2, 3]) {
      const state = messages.find(({ topic }) => topic === agentStateMessage.topic(`ap-${b}`));
      const payload = state?.payload ?? new Uint8Array();
      expect(agentStateMessage.decode(payload)).toMatchObject({ agent: `ap-${b}`, online: true });
      const telemetry = messages.find(
        ({ topic }) => topic === agentTelemetryMessage.topic(`ap-${b}`),
      );
      const told = agentTelemetryMessage.decode(telemetry?.payload ?? new Uint8Array());
      expect(told.slots.slots).toBe(told.slots.applied + told.slots.held);
    }
  });
});

describe.skipIf(!hasMosquitto)("mosquitto's clients on the embedded broker", () => {
  let broker: EmbeddedBroker;

  beforeEach(async () => {
    broker = new EmbeddedBroker(brokerConfigSchema.parse({ port: 0 }), createLog("b", "silent"));
    await broker.start();
  });

  afterEach(() => broker.stop());

  const subscribe = (...flags: string[]) =>
    promisify(execFile)(
      mosquittoSub as string,
      ["-p", `${broker.port}`, "-t", "slotwise/#", "-C", "1", "-W", "2", ...flags],
      { encoding: "utf8" },
    );

  it("are served with a clean session and not with one to keep", { timeout: 20_000 }, async () => {
    const sender = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4 });
    await sender.publishAsync("slotwise/cloud/state", "here", { qos: 1, retain: true });
    expect((await subscribe()).stdout).toBe("here\n");
    await expect(subscribe("-i", "keeper", "-c")).rejects.toThrow();
    expect(broker.counters.refused).toBeGreaterThan(0);
    await sender.endAsync();
  });
});

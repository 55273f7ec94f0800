import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { SimulatedAgent } from "./simulated-agent.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";

const shipped = fileURLToPath(new URL("../../deploy/mosquitto/slotwise.conf", import.meta.url));

function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/bin"];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

const mosquitto = find("mosquitto");
const subscriber = find("mosquitto_sub");
const missing = [mosquitto ? "" : "mosquitto", subscriber ? "" : "mosquitto_sub"].filter(Boolean);
if (missing.length > 0) {
  process.stderr.write(
    `skipped: ${missing.join(" and ")} not installed (apt-get install mosquitto mosquitto-clients)\n`,
  );
}

describe.skipIf(missing.length > 0)("agents and aggregator on Debian's mosquitto", () => {
  let directory: string;
  let port: number;
  let broker: ChildProcess;
  let cloud: RunningCommand;
  let agents: SimulatedAgent[];

  async function startBroker(): Promise<void> {
    broker = spawn(mosquitto as string, ["-c", join(directory, "mosquitto.conf")], {
      stdio: "ignore",
    });
    await once(broker, "spawn");
  }

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "slotwise-mosquitto-"));
    port = await freePort();
    const text = readFileSync(shipped, "utf8");
    expect(text).toMatch(/^listener 1883 127\.0\.0\.1$/m);
    const moved = text.replace("listener 1883 127.0.0.1", `listener ${port} 127.0.0.1`);
    writeFileSync(join(directory, "mosquitto.conf"), moved);
    await startBroker();
    const url = `mqtt://127.0.0.1:${port}`;
    const stateDir = join(directory, "state");
    cloud = startCommand("cloud", "--broker", url, "--state-dir", stateDir, "--json");
    agents = [0, 1, 2, 3].map((b) => new SimulatedAgent(`ap-${b}`, url, b).start());
  });

  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.stop()));
    cloud.child.kill("SIGKILL");
    broker.kill("SIGKILL");
    await cloud.exited;
    rmSync(directory, { recursive: true });
  });

  const reached = (version: number) => () =>
    agents.every(({ versions }) => (versions.at(-1) ?? 0) >= version);

  const progress = () => ({ versions: agents.map((a) => a.versions), log: cloud.stderr() });

  it("run rounds, before and after a restart of the broker", { timeout: 30_000 }, async () => {
    await eventually(reached(3), progress);
    broker.kill("SIGKILL");
    await once(broker, "close");
    const before = Math.max(...agents.flatMap(({ versions }) => versions));
    await startBroker();
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
      subscriber as string,
      ["-p", `${port}`, ...flags],
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

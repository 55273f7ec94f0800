import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Weights } from "../../core/weights/tensor.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { type ReceivedGlobal, SimulatedAgent, uniformWeights } from "./simulated-agent.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";

const timeout = 30_000;
const slowEpisodeMs = 1000;
const maxStaleness = 60;

let folder: string;
let port: number;
let cloud: RunningCommand;
let agents: SimulatedAgent[];

function startCloud(): void {
  const config = join(folder, "cloud.yaml");
  writeFileSync(
    config,
    `quorum: 2\ndeadlineMs: 600\nrounds: { mode: buffered, maxStaleness: ${maxStaleness} }\n`,
  );
  const flags = ["--port", `${port}`, "--state-dir", join(folder, "state"), "--json"];
  cloud = startCommand("cloud", "--config", config, ...flags);
}

/** Training adds one to every value of its base. */
function train(base: Weights | undefined): Weights {
  return uniformWeights((base?.get("w")?.data[0] ?? 0) + 1);
}

function startAgent(name: string, episodeMs?: number): SimulatedAgent {
  const options = { train, telemetry: false, ...(episodeMs && { episodeMs }) };
  const agent = new SimulatedAgent(name, `mqtt://127.0.0.1:${port}`, 0, options).start();
  agents.push(agent);
  return agent;
}

const progress = () => agents.map(({ versions, link }) => ({ versions, ...link.counters }));
const versionOf = (agent: SimulatedAgent) => agent.versions.at(-1) ?? 0;
const madeBy = (name: string, seenBy: SimulatedAgent) =>
  seenBy.globals.filter(({ header }) => header.contributors.includes(name));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-buffered-"));
  port = await freePort();
  agents = [];
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  cloud.child.kill("SIGKILL");
  await cloud.exited;
  rmSync(folder, { recursive: true });
});

describe("a buffered federation over the embedded broker", () => {
  it("goes on at its fast agents' pace, and counts what the slow one learned", {
    timeout,
  }, async () => {
    startCloud();
    const fast = startAgent("ap-0");
    startAgent("ap-1");
    await eventually(() => versionOf(fast) >= 3, progress);
    const slow = startAgent("slow", slowEpisodeMs);
    await eventually(() => madeBy("slow", fast).length >= 3, progress);
    const [first, , third] = madeBy("slow", fast).map(({ header }) => header.globalVersion);
    expect((third as number) - (first as number)).toBeGreaterThanOrEqual(6);
    expect(slow.link.counters.updatesRefused).toBe(0);
    const gains = fast.globals.slice(1).map(({ header, value }, i) => {
      const before = fast.globals[i] as ReceivedGlobal;
      return (value - before.value) / (header.globalVersion - before.header.globalVersion);
    });
    expect(Math.max(...gains)).toBeCloseTo(1, 4);
    expect(Math.min(...gains)).toBeLessThan(0.8);
    expect(Math.min(...gains)).toBeGreaterThan(0);
  });

  it("goes on with rising versions after kill -9 of the aggregator", { timeout }, async () => {
    startCloud();
    const [first] = [startAgent("ap-0"), startAgent("ap-1")];
    for (let kills = 0; kills < 3; kills++) {
      const before = versionOf(first);
      await eventually(() => versionOf(first) >= before + 3, progress);
      cloud.child.kill("SIGKILL");
      await cloud.exited;
      startCloud();
    }
    const killedAt = versionOf(first);
    await eventually(() => agents.every((agent) => versionOf(agent) > killedAt + 2), progress);
    for (const { versions, globals } of agents) {
      expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
      for (const { header, value } of globals) expect(value).toBeCloseTo(header.globalVersion, 4);
    }
  });
});

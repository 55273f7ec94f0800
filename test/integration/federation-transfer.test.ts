import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRandom, type Random } from "../../core/random.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { SimulatedAgent, type SimulatedAgentOptions, uniformWeights } from "./simulated-agent.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";

const timeout = 120_000;
const patienceMs = 50_000;

let directory: string;
let url: string;
let port: number;
let cloud: RunningCommand;
let agents: SimulatedAgent[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "slotwise-transfer-"));
  port = await freePort();
  url = `mqtt://127.0.0.1:${port}`;
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  cloud.child.kill("SIGKILL");
  await cloud.exited;
  rmSync(directory, { recursive: true });
});

function startSite(
  config: object,
  count: number,
  ofAgent: (place: number) => SimulatedAgentOptions,
): void {
  const file = join(directory, "cloud.yaml");
  writeFileSync(file, JSON.stringify(config));
  const state = join(directory, "state");
  cloud = startCommand(
    ...["cloud", "--port", `${port}`, "--state-dir", state, "--config", file, "--json"],
  );
  agents = Array.from({ length: count }, (_, b) =>
    new SimulatedAgent(`ap-${b}`, url, b + 1, ofAgent(b)).start(),
  );
}

async function stopSite(): Promise<Record<string, number>> {
  await Promise.all(agents.map((agent) => agent.stop()));
  cloud.child.kill("SIGTERM");
  await cloud.exited;
  return JSON.parse(cloud.stdout()) as Record<string, number>;
}

const reached = (version: number) => () =>
  agents.every(({ versions }) => (versions.at(-1) ?? 0) >= version);

const progress = () => agents.map(({ versions, link }) => ({ versions, ...link.counters }));

it("weights of 10 MB pass a broker with frames of 1 MiB, also when a connection is lost on the way", {
  timeout,
}, async () => {
  const sentBefore: number[] = [];
  const train = (b: number) => () => {
    if (b === 0) sentBefore.push(agents[0]?.link.counters.bytesSent ?? 0);
    return uniformWeights(2 * b + 1, 2_500_000);
  };
  const link = { pull: { patienceMs: 500 } };
  startSite({ deadlineMs: 30_000 }, 2, (b) => ({ link, train: train(b) }));
  const first = agents[0] as SimulatedAgent;
  await eventually(() => first.link.counters.bytesSent > 1_000_000, progress, patienceMs);
  const intruder = await connectAsync(url, { protocolVersion: 4, clientId: "ap-0" });
  await intruder.endAsync();
  await eventually(reached(1), progress, patienceMs);
  expect(first.link.counters.reconnects).toBeGreaterThanOrEqual(1);
  await eventually(() => sentBefore.length > 1, progress, patienceMs);
  expect(sentBefore[1]).toBeLessThan(15_000_000);
  for (const { globals } of agents) {
    expect(globals[0]?.header.contributors).toHaveLength(2);
    expect(globals[0]?.value).toBe(2);
  }
});

/** Every weight a little off its base, as training leaves it. */
function walk(base: Weights | undefined, random: Random): Weights {
  const start = base ?? uniformWeights(1, 50_000);
  const step = () => 0.01 * (random.uniform() + random.uniform() + random.uniform() - 1.5);
  return new Map(
    [...start].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value + step()) },
    ]),
  );
}

async function bytesPerRound(config: object): Promise<number> {
  startSite({ deadlineMs: 5000, ...config }, 2, (b) => {
    const random = createRandom(b, 1);
    return { train: (base) => walk(base, random), telemetry: false };
  });
  await eventually(reached(2), progress, patienceMs);
  const bytes = () =>
    agents.reduce(
      (sum, { link: { counters } }) => sum + counters.bytesSent + counters.bytesReceived,
      0,
    );
  const before = { bytes: bytes(), version: agents[0]?.versions.at(-1) ?? 0 };
  await eventually(reached(before.version + 4), progress, patienceMs);
  const rounds = (agents[0]?.versions.at(-1) ?? 0) - before.version;
  const perRound = (bytes() - before.bytes) / rounds;
  await stopSite();
  return perRound;
}

it("int8 deltas take at most a seventh of the bytes of float32, both ways", {
  timeout,
}, async () => {
  const exact = await bytesPerRound({});
  rmSync(join(directory, "state"), { recursive: true });
  const short = await bytesPerRound({
    encodings: ["int8-delta"],
    downlink: { encoding: "int8-delta" },
  });
  // Two agents, both ways; one transfer of four rounds may fall on either side of the count.
  expect(exact).toBeGreaterThan(2 * 2 * 200_000 - (2 * 200_000) / 4);
  expect(short).toBeLessThanOrEqual(exact / 7);
});

it("updates count where they are signed by their agent, and nobody else's do", {
  timeout,
}, async () => {
  const keys = [0, 1, 2].map((b) => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const path = join(directory, `key-${b}.pem`);
    writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }));
    if (b < 2) {
      const known = publicKey.export({ type: "spki", format: "pem" });
      writeFileSync(join(directory, `ap-${b}.pem`), known);
    }
    return path;
  });
  startSite({ deadlineMs: 300, keysDir: directory }, 3, (b) => ({ link: { signingKey: keys[b] } }));
  await eventually(reached(4), progress, patienceMs);
  const contributors = agents.flatMap(({ globals }) =>
    globals.flatMap((g) => g.header.contributors),
  );
  expect(new Set(contributors)).toEqual(new Set(["ap-0", "ap-1"]));
  expect(agents[2]?.link.counters.updatesRefused).toBeGreaterThan(0);
  const summary = await stopSite();
  expect(summary.updatesRefused).toEqual({ unsigned: expect.any(Number) });
});

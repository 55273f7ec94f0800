import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { federationGlobalMessage } from "../../core/messages/federation-global.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { SimulatedAgent } from "./simulated-agent.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";

const timeout = 40_000;
const regions = ["east", "west"] as const;
type Region = (typeof regions)[number];

let folder: string;
let ports: Record<"above" | Region, number>;
let clouds: Map<string, RunningCommand>;
let agents: SimulatedAgent[];
/** The latest base of every agent. */
let bases: Map<string, Weights>;

const urlOf = (name: "above" | Region) => `mqtt://127.0.0.1:${ports[name]}`;

function startCloud(name: "above" | Region): void {
  const mqtt = "{ keepaliveS: 2, backOff: { firstMs: 100, capMs: 400 } }";
  const parent = `parent: { name: ${name}, link: { brokerUrl: ${urlOf("above")}, mqtt: ${mqtt} } }\n`;
  const config = join(folder, `${name}.yaml`);
  writeFileSync(config, `quorum: 2\ndeadlineMs: 600\n${name === "above" ? "" : parent}`);
  const flags = ["--port", `${ports[name]}`, "--state-dir", join(folder, name), "--json"];
  clouds.set(name, startCommand("cloud", "--config", config, ...flags));
}

async function kill(name: string): Promise<void> {
  clouds.get(name)?.child.kill("SIGKILL");
  await clouds.get(name)?.exited;
}

/** Training in a region adds one to the region's own coordinate. */
function startAgent(region: Region, place: number): void {
  const name = `${region}-${place}`;
  const own = regions.indexOf(region);
  const train = (base: Weights | undefined): Weights => {
    if (base !== undefined) bases.set(name, base);
    const data = Float32Array.from(base?.get("w")?.data ?? [0, 0]);
    data[own] = (data[own] as number) + 1;
    return new Map([["w", { shape: [2], data }]]);
  };
  agents.push(new SimulatedAgent(name, urlOf(region), 0, { train, telemetry: false }).start());
}

/** What agents of a region know of a region's learning. */
function known(by: Region, of: Region): number[] {
  const mine = agents.filter(({ name }) => name.startsWith(by));
  return mine.map(({ name }) => bases.get(name)?.get("w")?.data[regions.indexOf(of)] ?? 0);
}

const versionsOf = (region: Region) =>
  agents.filter(({ name }) => name.startsWith(region)).map(({ versions }) => versions.at(-1) ?? 0);

const progress = () => ({
  agents: agents.map(({ name, versions }) => [name, versions.at(-1)]),
  bases: Object.fromEntries(
    [...bases].map(([name, base]) => [name, [...(base.get("w")?.data ?? [])]]),
  ),
  errors: [...clouds].map(([name, cloud]) => [name, cloud.stderr().slice(-300)]),
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-hierarchy-"));
  ports = { above: await freePort(), east: await freePort(), west: await freePort() };
  clouds = new Map();
  agents = [];
  bases = new Map();
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await Promise.all([...clouds.keys()].map(kill));
  rmSync(folder, { recursive: true });
});

describe("two regions of one federation", () => {
  it("learn from each other, go on without their parent, and again with it", {
    timeout,
  }, async () => {
    for (const name of ["above", ...regions] as const) startCloud(name);
    for (const region of regions) for (const place of [0, 1]) startAgent(region, place);

    const crossed = () => Math.min(...known("east", "west"), ...known("west", "east"));
    await eventually(() => crossed() >= 2, progress);
    const operator: MqttClient = await connectAsync(urlOf("above"), { protocolVersion: 4 });
    const contributors: string[][] = [];
    operator.on("message", (_, payload) => {
      if (payload.length === 0) return;
      contributors.push(federationGlobalMessage.decode(payload).header.contributors.toSorted());
    });
    await operator.subscribeAsync(federationGlobalMessage.topic());
    await eventually(() => contributors.length >= 3, progress);
    expect(contributors.at(-1)).toEqual(["east", "west"]);
    await operator.endAsync(true);

    await kill("above");
    const alone = { east: Math.max(...versionsOf("east")), west: Math.max(...versionsOf("west")) };
    const goneOn = (region: Region) => Math.min(...versionsOf(region)) >= alone[region] + 8;
    await eventually(() => regions.every(goneOn), progress);
    const foreign = {
      east: Math.max(...known("east", "west")),
      west: Math.max(...known("west", "east")),
    };
    const own = {
      east: Math.max(...known("east", "east")),
      west: Math.max(...known("west", "west")),
    };

    startCloud("above");
    const back = (region: Region, other: Region) =>
      Math.min(...known(region, other)) > foreign[region] + 2;
    await eventually(() => back("east", "west") && back("west", "east"), progress);
    for (const region of regions)
      expect(Math.max(...known(region, region))).toBeGreaterThan(own[region]);
    for (const { versions } of agents) {
      expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    }
  });

  it("go on after a kill -9 of one of them, which takes its parent's model over", {
    timeout,
  }, async () => {
    for (const name of ["above", ...regions] as const) startCloud(name);
    for (const region of regions) for (const place of [0, 1]) startAgent(region, place);
    const crossed = () => Math.min(...known("east", "west"), ...known("west", "east"));
    await eventually(() => crossed() >= 2, progress);
    await kill("east");
    rmSync(join(folder, "east"), { recursive: true });
    startCloud("east");
    const before = Math.max(...known("west", "east"));
    await eventually(() => Math.min(...known("west", "east")) > before + 2, progress);
    expect(Math.min(...known("east", "west"))).toBeGreaterThanOrEqual(2);
  });
});

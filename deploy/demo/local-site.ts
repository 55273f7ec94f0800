import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type NetConnectOpts } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SlotwiseError } from "../../core/errors.ts";
import type { DemoSystem } from "./demo-system.ts";
import { SlotwiseProcess } from "./slotwise-process.ts";

export interface LocalSiteOptions {
  readonly system: DemoSystem;
  readonly agents: number;
  /** The system's own when left out. */
  readonly model?: string;
  readonly seed: number;
  /** An MQTT broker to use in place of the embedded one. */
  readonly broker?: string;
}

/** Everything of a site on one machine, as real processes. */
export interface LocalSite {
  readonly brokerUrl: string;
  readonly cloud: SlotwiseProcess;
  readonly simulator: SlotwiseProcess;
  readonly agents: readonly SlotwiseProcess[];
  stop(): Promise<void>;
}

const graceMs = 5000;
const startTimeoutMs = 15_000;
const pollMs = 50;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free TCP port");
  return address.port;
}

function accepts(options: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(options);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function untilListening(process: SlotwiseProcess, options: NetConnectOpts): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs;
  while (!(await accepts(options))) {
    if (!process.running || performance.now() > deadlineMs) {
      throw new SlotwiseError("PROCESS_FAILED", {
        expected: `${process.name} to listen within ${startTimeoutMs} ms`,
        received: process.errorOutput.trim() || "nothing",
        consequence: "the site was taken down again",
      });
    }
    await sleep(pollMs);
  }
}

/** Starts broker and aggregator, simulator and agents; nothing of it outlives `stop`. */
export async function startLocalSite(options: LocalSiteOptions): Promise<LocalSite> {
  const { system, model = system.defaultModel } = options;
  const folder = await mkdtemp(join(tmpdir(), "slotwise-demo-"));
  const port = options.broker === undefined ? await freePort() : undefined;
  const brokerUrl = options.broker ?? `mqtt://127.0.0.1:${port}`;
  const socketPath = join(folder, "bridge.sock");
  const bridge = `unix:${socketPath}`;
  const brokerArguments = port === undefined ? ["--broker", brokerUrl] : ["--port", String(port)];
  const cloud = new SlotwiseProcess("cloud", [
    "cloud",
    ...brokerArguments,
    "--state-dir",
    join(folder, "cloud"),
  ]);
  const simulator = new SlotwiseProcess("simulator", [
    "simulate",
    "--system",
    system.name,
    ...system.simulatorArguments,
    "--listen",
    bridge,
    "--access-points",
    String(options.agents),
    "--seed",
    String(options.seed),
  ]);
  const agents = Array.from({ length: options.agents }, (_, b) => {
    const name = `ap-${b}`;
    const identity = ["--agent", name, "--system", system.name];
    const connections = ["--bridge", bridge, "--broker", brokerUrl];
    const policy = ["--model", model, ...(system.learns ? ["--learn"] : [])];
    const own = system.prepareAgent(name, join(folder, name));
    return new SlotwiseProcess(name, ["agent", ...identity, ...connections, ...policy, ...own]);
  });
  const stop = async () => {
    await Promise.all(agents.map((agent) => agent.stop(graceMs)));
    await simulator.stop(graceMs);
    await cloud.stop(graceMs);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    cloud.start();
    simulator.start();
    if (port !== undefined) await untilListening(cloud, { host: "127.0.0.1", port });
    await untilListening(simulator, { path: socketPath });
    for (const agent of agents) agent.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokerUrl, cloud, simulator, agents, stop };
}

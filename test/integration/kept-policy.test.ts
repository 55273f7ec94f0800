import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ended, freshFolder, start, startSimulator } from "./agent-process.ts";
import { eventually } from "./eventually.ts";

const noBroker = "mqtt://127.0.0.1:1";

let folder: string;
let state: string;
let config: string;

/** Kept policies, without half-written ones. */
const kept = () =>
  readdirSync(folder).includes("state")
    ? readdirSync(state).filter((name) => !name.startsWith("."))
    : [];

/** An agent that learned beside a simulator until it kept its policy, and was then killed. */
async function learnAndDie(): Promise<string> {
  const address = `unix:${join(folder, "bridge.sock")}`;
  const simulator = await startSimulator(address);
  const agent = start("agent", "--config", config, "--bridge", address, "--learn");
  await eventually(() => kept().length > 0, agent.stderr, 20_000);
  agent.child.kill("SIGKILL");
  await agent.exited;
  simulator.child.kill("SIGKILL");
  await simulator.exited;
  return join(state, kept()[0] as string);
}

/** The policy that decides in an agent that has neither broker nor simulator. */
async function policyAlone(...more: string[]) {
  const alone = join(folder, "alone.yaml");
  const ports = "observe: {kind: drawn}\nactuate: {kind: recording}\n";
  writeFileSync(alone, `${ports}stateDir: ${state}\n`);
  const flags = ["--config", alone, "--broker", noBroker, "--slots", "40", "--json", ...more];
  const agent = start("agent", ...flags);
  const { control, telemetry } = await ended(agent);
  expect(control?.fallbackReasons["no-model"]).toBe(0);
  return { policy: telemetry?.current.policy, log: agent.stderr() };
}

beforeEach(() => {
  folder = freshFolder();
  state = join(folder, "state");
  config = join(folder, "agent.yaml");
  writeFileSync(config, `stateDir: ${state}\n`);
});

describe("an agent that starts without network", () => {
  it("decides with what it had learned when it was killed", async () => {
    const path = await learnAndDie();
    expect((await policyAlone()).policy).toBe(path);
    expect((await policyAlone("--model", "equal")).policy).toBe("equal");
    writeFileSync(path, "not a policy");
    const { policy, log } = await policyAlone();
    expect(policy).toBe("slicing");
    expect(log).toContain("policy refused");
  });
});

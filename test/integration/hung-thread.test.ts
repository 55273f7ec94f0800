import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ControlTotals } from "../../agent/control/accounting.ts";
import { ended, freshFolder, start, startSimulator, stopped } from "./agent-process.ts";
import { eventually } from "./eventually.ts";
import type { RunningCommand } from "./slotwise.ts";
import { ThreadFreezer } from "./thread-freezer.ts";

const freezer = new ThreadFreezer();
let unavailable: unknown;
beforeAll(() => {
  try {
    freezer.build();
  } catch (error) {
    unavailable = error;
    process.stderr.write(`tests of hung threads are skipped: ${error}\n`);
  }
});
afterAll(() => {
  if (unavailable === undefined) freezer.remove();
});

/** An agent with the shipped model, on drawn demand, that changes nothing. */
async function deciding(): Promise<RunningCommand> {
  const config = join(freshFolder(), "agent.yaml");
  writeFileSync(config, "observe: {kind: drawn}\nactuate: {kind: recording}\n");
  const agent = start("agent", "--config", config, "--realtime", "--json");
  await eventually(() => agent.stderr().includes("slots begin"), agent.stderr);
  return agent;
}

/** An agent that learns from a simulator's slots. */
async function learning(): Promise<RunningCommand> {
  const address = `unix:${join(freshFolder(), "bridge.sock")}`;
  await startSimulator(address);
  const agent = start("agent", "--bridge", address, "--learn", "--realtime", "--json");
  await eventually(() => agent.stderr().includes('"learning"'), agent.stderr);
  return agent;
}

async function totals(agent: RunningCommand): Promise<ControlTotals> {
  const { control } = await stopped(agent);
  if (control === null) throw new Error(`no report: ${agent.stderr()}`);
  expect(control.slots).toBe(control.applied + control.held);
  return control;
}

describe("a thread that hangs", () => {
  it("costs no slot its action where policies decide, and is replaced", async (test) => {
    test.skip(unavailable !== undefined, String(unavailable));
    const agent = await deciding();
    await freezer.freeze(agent.child.pid as number, "policy", 2500);
    const { fallbackReasons, slots, applied } = await totals(agent);
    expect(fallbackReasons["late-inference"]).toBeGreaterThanOrEqual(3);
    expect(fallbackReasons["deadlines-missed"]).toBeGreaterThanOrEqual(100);
    expect(applied).toBeGreaterThan(0.8 * slots);
    expect(agent.stderr()).toContain("the policy is opened in a new thread");
    expect(agent.stderr()).toContain("the policy decides again");
  });

  it("has its slots recorded as held where it is the control loop's, and is trusted later", async (test) => {
    test.skip(unavailable !== undefined, String(unavailable));
    const agent = await deciding();
    await freezer.freeze(agent.child.pid as number, "control", 1000);
    await eventually(() => agent.stderr().includes("the policy decides again"), agent.stderr);
    const { skipped, held } = await totals(agent);
    expect(skipped).toBeGreaterThanOrEqual(98);
    expect(held).toBeGreaterThanOrEqual(skipped);
  });

  it("changes nothing for the slots where it learns", async (test) => {
    test.skip(unavailable !== undefined, String(unavailable));
    const agent = await learning();
    await freezer.freeze(agent.child.pid as number, "training", 2000);
    await sleep(200);
    const { slots, applied } = await totals(agent);
    expect(slots).toBeGreaterThan(200);
    expect(applied).toBeGreaterThan(0.6 * slots);
  });

  it("keeps only the process from ending where it learns, and is not forced to", async (test) => {
    test.skip(unavailable !== undefined, String(unavailable));
    const agent = await learning();
    const frozen = freezer.freeze(agent.child.pid as number, "training", 4000);
    await sleep(200);
    agent.child.kill("SIGTERM");
    await eventually(() => agent.stdout() !== "", agent.stderr);
    expect(agent.stderr()).toContain("learning has not ended yet");
    expect(agent.child.exitCode).toBeNull();
    await frozen;
    const { control } = await ended(agent);
    expect(control?.applied).toBeGreaterThan(0);
  });
});

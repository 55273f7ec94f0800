import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { requireTestbed } from "../../deploy/testbed/requirements.ts";
import type { TestbedReport } from "../../deploy/testbed/run-testbed.ts";
import { type RunningCommand, runCommand, startCommand } from "./slotwise.ts";

function whyNot(): string | undefined {
  try {
    requireTestbed();
    execFileSync("ip", ["netns", "add", `slotwise-probe-${process.pid}`], { stdio: "pipe" });
    execFileSync("ip", ["netns", "del", `slotwise-probe-${process.pid}`], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const missing = whyNot();
if (missing !== undefined) process.stderr.write(`testbed tests are skipped: ${missing}\n`);

const command = (tool: string, ...args: string[]) =>
  execFileSync(tool, args, { encoding: "utf8" }).trim();

/** What a testbed must leave as it was, whoever else has namespaces here. */
function traces(pid: number | undefined): string[] {
  const own = (name: string) => name.includes(`${pid}x`);
  const namespaces = command("ip", "netns", "list").split("\n").filter(own);
  return [...namespaces, ...readdirSync(tmpdir()).filter(own)];
}

const running: RunningCommand[] = [];

function startTestbed(...args: string[]): RunningCommand {
  const started = startCommand("testbed", "run", "--model", "sqrt-load", "--json", ...args);
  running.push(started);
  return started;
}

async function agentOf(testbed: RunningCommand): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const pid = /agent \(pid (\d+)\)/.exec(testbed.stderr())?.[1];
    if (pid !== undefined) return Number(pid);
    await sleep(50);
  }
  throw new Error(`no agent came up: ${testbed.stderr()}`);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The processes of those namespaces, once there are at least `count`. */
async function processesIn(namespaces: readonly string[], count: number): Promise<number[]> {
  for (let tries = 0; tries < 100; tries++) {
    const pids = namespaces
      .flatMap((name) => command("ip", "netns", "pids", name).split("\n"))
      .filter(Boolean)
      .map(Number);
    if (pids.length >= count) return pids;
    await sleep(20);
  }
  throw new Error(`fewer than ${count} processes in ${namespaces.join(", ")}`);
}

async function untilGone(pids: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 200 && pids.some(lives); tries++) await sleep(50);
  expect(pids.filter(lives)).toEqual([]);
}

describe.skipIf(missing !== undefined)("the testbed", () => {
  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      child.kill("SIGKILL");
      await exited;
    }
    await runCommand("testbed", "clean");
  });

  it("proves every slot's rates and measures real delays, then leaves nothing", async () => {
    const qdiscs = command("tc", "qdisc");
    const testbed = startTestbed("--seconds", "6");
    const code = await testbed.exited;
    expect(code, testbed.stderr()).toBe(0);
    const report = JSON.parse(testbed.stdout()) as TestbedReport;
    for (const check of report.rates.agent) {
      expect(check.checkedSlots).toBeGreaterThan(200);
      expect(check.maxRelativeError).toBeLessThanOrEqual(0.01);
      expect(check.maxMbitPerS).toBeGreaterThan(check.minMbitPerS);
    }
    expect(report.ratesProven).toBe(true);
    const { agent, equal } = report.delay;
    expect(agent.slices.map((slice) => slice.sent)).toEqual(
      equal.slices.map((slice) => slice.sent),
    );
    expect(agent.all.sent).toBe(300 * 20);
    for (const { all } of [agent, equal]) {
      expect(all.lost / all.sent).toBeLessThan(0.1);
      expect(all.meanMs.value).toBeGreaterThan(0);
      expect(all.p50Ms.value).toBeLessThanOrEqual(all.p95Ms.value);
    }
    expect(traces(testbed.child.pid)).toEqual([]);
    expect(command("tc", "qdisc")).toBe(qdiscs);
  }, 60_000);

  it("ends with the reason and leaves nothing when its agent is killed", async () => {
    const testbed = startTestbed("--seconds", "30");
    const agent = await agentOf(testbed);
    await sleep(1500);
    process.kill(agent, "SIGKILL");
    expect(await testbed.exited).toBe(1);
    expect(testbed.stderr()).toContain("SIGKILL");
    expect(testbed.stdout()).toBe("");
    expect(traces(testbed.child.pid)).toEqual([]);
  }, 60_000);

  it("leaves nothing when it is interrupted", async () => {
    const testbed = startTestbed("--seconds", "30");
    const agent = await agentOf(testbed);
    testbed.child.kill("SIGINT");
    expect(await testbed.exited).toBe(130);
    expect(traces(testbed.child.pid)).toEqual([]);
    await untilGone([agent]);
  }, 60_000);

  it("leaves no process when it is killed itself, and its next use sweeps its namespaces", async () => {
    const testbed = startTestbed("--seconds", "30");
    await agentOf(testbed);
    const namespaces = traces(testbed.child.pid).filter((name) => !name.includes("testbed"));
    expect(namespaces).toHaveLength(4);
    const pids = await processesIn(namespaces, 4);
    testbed.child.kill("SIGKILL");
    await testbed.exited;
    await untilGone(pids);
    expect(traces(testbed.child.pid)).not.toEqual([]);
    const { stdout } = await runCommand("testbed", "clean", "--json");
    expect((JSON.parse(stdout) as { removed: string[] }).removed).toEqual(
      expect.arrayContaining(namespaces),
    );
    expect(traces(testbed.child.pid)).toEqual([]);
  }, 60_000);
});

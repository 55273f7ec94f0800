import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { ContestReport } from "../../deploy/testbed/report/contest-report.ts";
import { requireTestbed } from "../../deploy/testbed/requirements.ts";
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

const cgroups = "/sys/fs/cgroup/cpu";

/** What a testbed must leave as it was, whoever else has namespaces here. */
function traces(pid: number | undefined): string[] {
  const own = (name: string) => name.includes(`${pid}x`);
  const namespaces = command("ip", "netns", "list").split("\n").filter(own);
  const groups = existsSync(cgroups) ? readdirSync(cgroups).filter(own) : [];
  return [...namespaces, ...groups, ...readdirSync(tmpdir()).filter(own)];
}

const running: RunningCommand[] = [];

function startTestbed(...args: string[]): RunningCommand {
  const started = startCommand("testbed", "run", ...args);
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
  const folder = mkdtempSync(join(tmpdir(), "slotwise-test-"));

  afterAll(() => rmSync(folder, { recursive: true }));

  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      child.kill("SIGKILL");
      await exited;
    }
    await runCommand("testbed", "clean");
  });

  it("proves every slot of both links and of computing, and replays what it recorded", async () => {
    const qdiscs = command("tc", "qdisc");
    const file = join(folder, "arrivals.jsonl");
    const lasting = ["--policies", "sqrt-load,equal", "--json"];
    const first = startTestbed("--seconds", "3", "--record", file, ...lasting);
    expect(await first.exited, first.stderr()).toBe(0);
    const report = JSON.parse(first.stdout()) as ContestReport;
    expect(report.proof).toMatchObject({ proven: true, mismatches: 0, unprovenSlots: 0 });
    expect(report.proof.readBackSlots).toBeGreaterThan(500);
    expect(report.proof.comparisons).toBe(18 * report.proof.readBackSlots);
    for (const { tasks, lost, meanDelayMs, computeUse, slices } of report.plays) {
      expect(tasks).toBe(300 * 20);
      expect(lost / tasks).toBeLessThan(0.1);
      expect(meanDelayMs).toBeGreaterThan(0);
      expect(slices.every((slice) => slice.tasks > 0)).toBe(true);
      expect(computeUse).toBeGreaterThan(0.2);
      expect(computeUse).toBeLessThan(1.05);
    }
    expect(traces(first.child.pid)).toEqual([]);
    expect(command("tc", "qdisc")).toBe(qdiscs);
    const out = join(folder, "results");
    const again = startTestbed("--replay", file, "--policies", "equal", "--out", out);
    expect(await again.exited, again.stderr()).toBe(0);
    expect(again.stdout()).toContain("1 traces of 300 slots");
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["report.md", "outcome.svg"]));
  }, 90_000);

  it("ends with the reason and leaves nothing when its agent is killed", async () => {
    const testbed = startTestbed("--seconds", "30", "--policies", "sqrt-load");
    const agent = await agentOf(testbed);
    await sleep(1500);
    process.kill(agent, "SIGKILL");
    expect(await testbed.exited).toBe(1);
    expect(testbed.stderr()).toContain("SIGKILL");
    expect(testbed.stdout()).toBe("");
    expect(traces(testbed.child.pid)).toEqual([]);
  }, 60_000);

  it("ends with the reason and leaves nothing when the link cannot be disturbed", async () => {
    const broken = '#!/bin/sh\n[ "$1" = --version ] || { echo "no such match" >&2; exit 1; }\n';
    writeFileSync(join(folder, "iptables"), broken, { mode: 0o755 });
    const { PATH } = process.env;
    process.env.PATH = `${folder}:${PATH}`;
    const testbed = startTestbed("--seconds", "6", "--policies", "equal", "--fault", "loss:0.5");
    process.env.PATH = PATH;
    expect(await testbed.exited).toBe(1);
    expect(testbed.stderr()).toContain("no such match");
    expect(testbed.stderr()).not.toContain("    at ");
    expect(traces(testbed.child.pid)).toEqual([]);
  }, 60_000);

  it.each([
    ["a policy it does not know", ["--policies", "equal,nope"], "testbed-simulated, random"],
    ["an outage that outlasts its trace", ["--seconds", "3", "--fault", "outage:2"], "two thirds"],
  ])("sets nothing up for %s", async (_, args, reason) => {
    const testbed = startTestbed(...args);
    expect(await testbed.exited).toBe(2);
    expect(testbed.stderr()).toContain(reason);
    expect(testbed.stderr()).not.toContain("kMc");
  });

  it("leaves nothing when it is interrupted", async () => {
    const testbed = startTestbed("--seconds", "30", "--policies", "sqrt-load");
    const agent = await agentOf(testbed);
    testbed.child.kill("SIGINT");
    expect(await testbed.exited).toBe(130);
    expect(traces(testbed.child.pid)).toEqual([]);
    await untilGone([agent]);
  }, 60_000);

  it("leaves no process when it is killed itself, and its next use sweeps its namespaces", async () => {
    const testbed = startTestbed("--seconds", "30", "--policies", "sqrt-load");
    await agentOf(testbed);
    const namespaces = traces(testbed.child.pid).filter((name) => /-(ap0|users|air)$/.test(name));
    expect(namespaces).toHaveLength(3);
    const pids = await processesIn(namespaces, 6);
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

import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { SiteMonitor } from "../../deploy/demo/monitor.ts";
import { hasMosquitto, MosquittoBroker } from "./mosquitto-broker.ts";
import { type RunningCommand, runCommand, startCommand } from "./slotwise.ts";

const seconds = 12;

/** `name (pid N): node … args` as the demo announces each process it starts. */
function processesOf(demo: RunningCommand): Map<string, { pid: number; args: string[] }> {
  const lines = demo.stderr().matchAll(/^(\S+) \(pid (\d+)\): node \S+ (.+)$/gm);
  return new Map(
    Array.from(lines, ([, name, pid, args]) => [
      name ?? "",
      { pid: Number(pid), args: (args ?? "").split(" ") },
    ]),
  );
}

async function startDemo(...args: string[]) {
  const demo = startCommand("demo", "--seconds", String(seconds), "--json", ...args);
  while (processesOf(demo).size < 6 && demo.child.exitCode === null) await sleep(50);
  return { demo, processes: processesOf(demo) };
}

/** Waits until every agent has been heard of, at the broker that an agent's arguments name. */
async function untilTelemetry(args: readonly string[]): Promise<void> {
  const monitor = new SiteMonitor(args[args.indexOf("--broker") + 1] ?? "");
  monitor.start();
  const untilMs = performance.now() + 15_000;
  while (monitor.telemetry.size < 4 && performance.now() < untilMs) await sleep(100);
  await monitor.stop();
}

/** kill -9, and a while later the same command by hand. */
async function killAndRestart(
  processes: ReturnType<typeof processesOf>,
  name: string,
): Promise<RunningCommand> {
  const victim = processes.get(name);
  if (victim === undefined) throw new Error(`the demo did not start ${name}`);
  process.kill(victim.pid, "SIGKILL");
  await sleep(700);
  return startCommand(...victim.args);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith("slotwise-demo-"));

describe("slotwise demo", () => {
  const before = leftovers();
  afterAll(() => {
    for (const name of leftovers()) {
      if (!before.includes(name)) rmSync(join(tmpdir(), name), { recursive: true });
    }
  });

  it("runs four learning agents in real time, better than sqrt-load on the same slots", async () => {
    const { demo, processes } = await startDemo();
    expect(await demo.exited).toBe(0);
    const summary = JSON.parse(demo.stdout());
    expect(summary.agents).toBe(4);
    expect(summary.rounds).toBeGreaterThanOrEqual(seconds / 2);
    expect(summary.reward.learned).toBeGreaterThan(summary.reward.sqrtLoad);
    expect(summary.reward.learned).toBeLessThanOrEqual(summary.reward.optimal);
    for (const agent of summary.perAgent) {
      expect(agent.slots).toBeGreaterThanOrEqual(0.95 * agent.slotsPossible);
      expect(agent.slots).toBe(agent.applied + agent.held);
      expect(agent.applied).toBeGreaterThanOrEqual(0.7 * agent.slotsPossible);
      expect(agent.updates).toBeGreaterThan(0);
    }
    for (const { pid } of processes.values()) expect(alive(pid)).toBe(false);
    expect(leftovers()).toEqual(before);
  });

  it("goes on when any process is killed, and takes it back when restarted by hand", async () => {
    const { demo, processes } = await startDemo();
    const restarted: RunningCommand[] = [];
    await untilTelemetry(processes.get("ap-0")?.args ?? []);
    for (const name of ["ap-2", "cloud", "simulator"]) {
      restarted.push(await killAndRestart(processes, name));
      await sleep(1300);
    }
    expect(await demo.exited).toBe(0);
    for (const command of restarted) command.child.kill("SIGTERM");
    await Promise.all(restarted.map((command) => command.exited));
    const summary = JSON.parse(demo.stdout());
    const starts = summary.perAgent.map((agent: { starts: number }) => agent.starts);
    expect(starts).toEqual([1, 1, 2, 1]);
    expect(summary.rounds).toBeGreaterThanOrEqual(2);
    expect(summary.reward.learned).toBeGreaterThan(summary.reward.sqrtLoad);
    for (const agent of summary.perAgent) {
      expect(agent.slots).toBe(agent.applied + agent.held);
      if (agent.starts === 1) {
        expect(agent.slots).toBeGreaterThanOrEqual(0.95 * agent.slotsPossible);
      }
    }
  });

  it.skipIf(!hasMosquitto)("runs on Debian's mosquitto as shipped", async () => {
    const broker = new MosquittoBroker();
    await broker.start();
    const { demo } = await startDemo("--broker", broker.url);
    expect(await demo.exited).toBe(0);
    await broker.stop();
    const summary = JSON.parse(demo.stdout());
    expect(summary.agents).toBe(4);
    expect(summary.rounds).toBeGreaterThanOrEqual(2);
  });

  it("fails with the reason when its agents cannot be heard", async () => {
    const { demo } = await startDemo("--broker", "mqtt://127.0.0.1:1");
    expect(await demo.exited).toBe(1);
    expect(demo.stdout()).toBe("");
    expect(demo.stderr()).toMatch(/expected telemetry of ap-0.*no broker/s);
  });

  it("refuses a broker address that is none before it starts anything", async () => {
    const { code, stderr } = await runCommand("demo", "--broker", "foo");
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/pid/);
  });

  it("takes everything down on Ctrl-C and says what there was", async () => {
    const { demo, processes } = await startDemo();
    await sleep(1500);
    demo.child.kill("SIGINT");
    expect(await demo.exited).toBe(130);
    for (const { pid } of processes.values()) expect(alive(pid)).toBe(false);
    expect(leftovers()).toEqual(before);
    expect(JSON.parse(demo.stdout()).seconds).toBeLessThan(seconds);
  });

  it("leaves no process behind when it is killed itself", async () => {
    const { demo, processes } = await startDemo();
    demo.child.kill("SIGKILL");
    await demo.exited;
    const untilMs = performance.now() + 10_000;
    const anyAlive = () => [...processes.values()].some(({ pid }) => alive(pid));
    while (anyAlive() && performance.now() < untilMs) await sleep(100);
    expect(anyAlive()).toBe(false);
  });
});

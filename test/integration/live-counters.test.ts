import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { ComputeCounters } from "../../agent/observe/cgroup/compute-counters.ts";
import { type ComputeLoad, demandUs } from "../../agent/observe/cgroup/compute-load.ts";

const group = `slotwise-live-${process.pid}`;
const made: string[] = [];

/** A group in a real hierarchy; undefined where this machine has none. */
function groupIn(hierarchy: string): string | undefined {
  const folder = join("/sys/fs/cgroup", hierarchy, group);
  try {
    mkdirSync(folder);
    made.push(folder);
    return folder;
  } catch {
    return undefined;
  }
}

const v1 = { cpu: groupIn("cpu"), accounts: groupIn("cpuacct") };
const unified = groupIn("unified");
for (const [name, found] of Object.entries({ ...v1, unified })) {
  if (!found) process.stderr.write(`live counters of ${name} are skipped: no such hierarchy\n`);
}

/** A process that always has work, in these groups. */
async function busyIn(...folders: string[]): Promise<ChildProcess> {
  const child = spawn("/bin/sh", ["-c", "read go; while :; do :; done"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  onTestFinished(async () => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  });
  await once(child, "spawn");
  for (const folder of folders) writeFileSync(join(folder, "cgroup.procs"), String(child.pid));
  child.stdin?.write("go\n");
  return child;
}

async function loadsOver(counters: ComputeCounters): Promise<[ComputeLoad, ComputeLoad]> {
  counters.start();
  onTestFinished(() => counters.stop());
  const [before] = counters.read() as [ComputeLoad];
  await sleep(1000);
  const [now] = counters.read() as [ComputeLoad];
  return [before, now];
}

describe("the CPU time of real cgroups", () => {
  afterAll(() => {
    for (const folder of made) rmdirSync(folder);
  });

  it.skipIf(!v1.cpu || !v1.accounts)(
    "shows in v1 that a slice asks for more than its quota",
    async () => {
      const cpu = v1.cpu as string;
      writeFileSync(join(cpu, "cpu.cfs_period_us"), "10000");
      writeFileSync(join(cpu, "cpu.cfs_quota_us"), "1000");
      await busyIn(cpu, v1.accounts as string);
      const counters = new ComputeCounters({ root: "/sys/fs/cgroup", groups: [group] });
      const [before, now] = await loadsOver(counters);
      const usedUs = now.usedUs - before.usedUs;
      expect(usedUs).toBeGreaterThan(0);
      expect(usedUs).toBeLessThan(400_000);
      expect(demandUs(before, now, 1)).toBeGreaterThan(2 * usedUs);
    },
  );

  it.skipIf(!unified)("is counted in v2, from a descriptor that stays open", async () => {
    await busyIn(unified as string);
    const counters = new ComputeCounters({ root: "/sys/fs/cgroup/unified", groups: [group] });
    const [before, now] = await loadsOver(counters);
    expect(now.usedUs).toBeGreaterThan(before.usedUs);
  });

  it("is refused where a group is missing", () => {
    const counters = new ComputeCounters({ root: "/sys/fs/cgroup", groups: ["no/such"] });
    expect(() => counters.start()).toThrow();
  });
});

import { spawn } from "node:child_process";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { ComputeCounters } from "../../agent/observe/cgroup/compute-counters.ts";
import { demandUs } from "../../agent/observe/cgroup/compute-load.ts";

const root = "/sys/fs/cgroup";
const group = `${root}/busy`;

it("counts in cpu.stat what a slice used, and what it would have used without its quota", async () => {
  writeFileSync(`${root}/cgroup.subtree_control`, "+cpu");
  mkdirSync(group);
  writeFileSync(`${group}/cpu.max`, "4000 20000");
  const busy = spawn("/bin/sh", ["-c", "read go; while :; do :; done"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  onTestFinished(async () => {
    busy.kill("SIGKILL");
    await new Promise((resolve) => busy.once("exit", resolve));
    rmdirSync(group);
  });
  writeFileSync(`${group}/cgroup.procs`, String(busy.pid));
  busy.stdin.write("go\n");
  const counters = new ComputeCounters({ root, groups: ["busy"] });
  counters.start();
  onTestFinished(() => counters.stop());
  const [before] = counters.read();
  await sleep(3000);
  const [now] = counters.read();
  if (before === undefined || now === undefined) throw new Error("no counters");
  const usedUs = now.usedUs - before.usedUs;
  const wantedUs = demandUs(before, now, 1);
  process.stdout.write(`of 3,000,000 µs used ${usedUs}, wanted ${wantedUs}\n`);
  expect(usedUs).toBeGreaterThan(0);
  expect(usedUs).toBeLessThan(1_200_000);
  expect(now.throttledPeriods).toBeGreaterThan(before.throttledPeriods);
  expect(wantedUs).toBeGreaterThan(2 * usedUs);
});

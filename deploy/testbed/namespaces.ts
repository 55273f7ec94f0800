import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sweepGroups } from "./compute/slice-groups.ts";
import { isAlive, runOfFolder, runOfNamespace } from "./run-identity.ts";
import { runProgram } from "./run-program.ts";

const killTimeoutMs = 2000;
const pollMs = 20;

async function namespaces(): Promise<string[]> {
  const listing = await runProgram("ip", ["netns", "list"]);
  return listing.split("\n").flatMap((line) => line.split(" ")[0] || []);
}

async function processesIn(namespace: string): Promise<number[]> {
  const listing = await runProgram("ip", ["netns", "pids", namespace]);
  return listing.split("\n").filter(Boolean).map(Number);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

/** Ends whatever runs in a namespace of a testbed, then takes the namespace away. */
async function removeNamespace(namespace: string): Promise<void> {
  const untilMs = performance.now() + killTimeoutMs;
  for (;;) {
    const pids = await processesIn(namespace);
    if (pids.length === 0 || performance.now() > untilMs) break;
    for (const pid of pids) killProcess(pid);
    await sleep(pollMs);
  }
  await runProgram("ip", ["netns", "del", namespace]);
}

/** Takes away those namespaces that exist, and everything that runs in them. */
export async function removeNamespaces(names: readonly string[]): Promise<string[]> {
  const existing = new Set(await namespaces());
  const removed = names.filter((name) => existing.has(name));
  for (const name of removed) await removeNamespace(name);
  return removed;
}

/** What runs that were killed left behind; runs that still live are not touched. */
export async function sweepLeftovers(): Promise<string[]> {
  const abandoned = (await namespaces()).filter((name) => {
    const run = runOfNamespace(name);
    return run !== undefined && !isAlive(run);
  });
  const folders = (await readdir(tmpdir())).filter((name) => {
    const run = runOfFolder(name);
    return run !== undefined && !isAlive(run);
  });
  for (const folder of folders) {
    await rm(join(tmpdir(), folder), { recursive: true, force: true });
  }
  return [...(await removeNamespaces(abandoned)), ...(await sweepGroups()), ...folders];
}

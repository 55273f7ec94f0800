import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What names the things of one testbed run: its process and when that started, in clock ticks. */
export interface RunIdentity {
  readonly pid: number;
  readonly startTicks: string;
}

const namespacePattern = /^slotwise-(\d+)x(\d+)-/;
const groupPattern = /^slotwise-(\d+)x(\d+)$/;
const folderPattern = /^slotwise-testbed-(\d+)x(\d+)$/;

/** Field 22 of `/proc/PID/stat`; the name in field 2 may hold anything, so counting starts behind it. */
const startTimeAfterName = 19;

/** When a process started, clock ticks since boot; undefined when there is no such process. */
function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[startTimeAfterName];
  } catch {
    return undefined;
  }
}

export function ownIdentity(): RunIdentity {
  return { pid: process.pid, startTicks: startTicksOf(process.pid) ?? "0" };
}

/** Whether the process of that run still lives; a reused process id started at another time. */
export function isAlive(run: RunIdentity): boolean {
  return startTicksOf(run.pid) === run.startTicks;
}

export function namespaceName(run: RunIdentity, role: string): string {
  return `slotwise-${run.pid}x${run.startTicks}-${role}`;
}

/** The parent of a run's cgroups, below the CPU controller's root. */
export function groupName(run: RunIdentity): string {
  return `slotwise-${run.pid}x${run.startTicks}`;
}

export function folderOf(run: RunIdentity): string {
  return join(tmpdir(), `slotwise-testbed-${run.pid}x${run.startTicks}`);
}

function identityIn(name: string, pattern: RegExp): RunIdentity | undefined {
  const [, pid, startTicks] = pattern.exec(name) ?? [];
  return pid === undefined || startTicks === undefined
    ? undefined
    : { pid: Number(pid), startTicks };
}

/** The run that a namespace belongs to; undefined for one that no testbed made. */
export function runOfNamespace(name: string): RunIdentity | undefined {
  return identityIn(name, namespacePattern);
}

/** The run that a cgroup belongs to. */
export function runOfGroup(name: string): RunIdentity | undefined {
  return identityIn(name, groupPattern);
}

/** The run that a temporary folder belongs to. */
export function runOfFolder(name: string): RunIdentity | undefined {
  return identityIn(name, folderPattern);
}

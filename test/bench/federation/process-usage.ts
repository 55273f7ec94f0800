import { readFileSync } from "node:fs";

const ticksPerSecond = 100;

/** CPU time of a process so far, s: user and system time of /proc/PID/stat (proc(5)). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [, , , , , , , , , , , userTicks, systemTicks] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ");
  return (Number(userTicks) + Number(systemTicks)) / ticksPerSecond;
}

/** The most memory that a process has had, MiB resident. */
export function peakMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Files that a process started from here may have open. */
export function openFilesAllowed(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
}

import { spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { setThreadPriority } from "./thread-priority.ts";

/** How the kernel is to schedule a thread. */
export interface ThreadSchedule {
  /** Nice value, in force where the thread has no real-time priority. */
  readonly nice: number;
  /** SCHED_FIFO priority, 1 to 99; null: none. */
  readonly realtimePriority: number | null;
  /** The CPU it stays on; null: any. */
  readonly cpu: number | null;
}

function faultOf(command: string, args: readonly string[]): string[] {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: 2000 });
  return status === 0 ? [] : [stderr?.trim() || `${command}: ${error?.message ?? status}`];
}

/**
 * Schedules the calling thread alone; what it starts from here on inherits it. Gives back what kept a
 * part of it from being set: priorities need CAP_SYS_NICE.
 */
export function scheduleThread({ nice, realtimePriority, cpu }: ThreadSchedule): string[] {
  const fault = setThreadPriority(nice);
  const faults = fault === undefined ? [] : [fault];
  if (realtimePriority === null && cpu === null) return faults;
  const thread = readlinkSync("/proc/thread-self").split("/").at(-1) ?? "";
  if (cpu !== null) faults.push(...faultOf("taskset", ["-p", "-c", String(cpu), thread]));
  if (realtimePriority !== null) {
    faults.push(...faultOf("chrt", ["-f", "-p", String(realtimePriority), thread]));
  }
  return faults;
}

import { spawnSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
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

function makeRealtime(thread: string, priority: number): string[] {
  return faultOf("chrt", ["-f", "-p", String(priority), thread]);
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
  if (realtimePriority !== null) faults.push(...makeRealtime(thread, realtimePriority));
  return faults;
}

/**
 * Gives SCHED_FIFO to all threads of this process but the main one: called before there are workers,
 * those that Node has started for V8 and libuv. A real-time thread whose garbage is collected waits
 * for V8's, which on a busy machine wait for a CPU: 70 ms where it would take 2. Gives back what kept
 * them from it.
 */
export function scheduleNodeThreads(realtimePriority: number): string[] {
  const threads = readdirSync("/proc/self/task").filter((thread) => thread !== `${process.pid}`);
  const faults = threads.flatMap((thread) => makeRealtime(thread, realtimePriority));
  return faults.slice(0, 1);
}

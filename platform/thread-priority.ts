import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/**
 * Sets the nice value of the calling thread alone. Returns what kept it from being set, if anything:
 * raising a priority needs CAP_SYS_NICE, and only Linux names threads this way.
 */
export function setThreadPriority(nice: number): string | undefined {
  try {
    const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    setPriority(thread, nice);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

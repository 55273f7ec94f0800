import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";

/**
 * Raises a process that leads a session of its own: other work of the machine must not look like
 * network delay. With autogroups the kernel shares the processor between sessions first, and a nice
 * value counts only within one; a kernel without them has no such file.
 */
export function raiseSession(pid: number, nice: number): void {
  setPriority(pid, nice);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
  } catch {
    // No autogroups: the nice value alone counts.
  }
}

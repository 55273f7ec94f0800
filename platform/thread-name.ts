import { writeFileSync } from "node:fs";

/** Names the calling thread for `top -H` and `ps -L`, up to 15 bytes; where it cannot be, nothing is lost. */
export function nameThread(name: string): void {
  try {
    writeFileSync("/proc/thread-self/comm", name);
  } catch {
    return;
  }
}

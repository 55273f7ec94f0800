import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "./eventually.ts";

const root = "/sys/fs/cgroup/freezer";

/** Stops single threads of a process in the kernel, whatever they are doing: cgroup v1's freezer. */
export class ThreadFreezer {
  private readonly folder = join(root, `slotwise-freezer-${process.pid}`);

  /** @throws Error where this machine has no such freezer, or it is not permitted */
  build(): void {
    mkdirSync(this.folder);
  }

  remove(): void {
    rmdirSync(this.folder);
  }

  /** Keeps the threads of this name from running for a while. */
  async freeze(pid: number, name: string, forMs: number): Promise<void> {
    const threads = readdirSync(`/proc/${pid}/task`).filter(
      (thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, "utf8").trim() === name,
    );
    if (threads.length === 0) throw new Error(`process ${pid} has no thread ${name}`);
    for (const thread of threads) writeFileSync(join(this.folder, "tasks"), thread);
    await this.bring("FROZEN");
    await sleep(forMs);
    await this.bring("THAWED");
    for (const thread of threads) release(thread);
  }

  private async bring(state: "FROZEN" | "THAWED"): Promise<void> {
    const file = join(this.folder, "freezer.state");
    writeFileSync(file, state);
    await eventually(() => readFileSync(file, "utf8").trim() === state);
  }
}

function release(thread: string): void {
  try {
    writeFileSync(join(root, "tasks"), thread);
  } catch (error) {
    // It has ended since.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { SlotwiseError } from "../../../core/errors.ts";

/** A process that has just been killed leaves its locks to whoever puts its settings back; s. */
const patienceS = "2";

/**
 * An flock(2) on a file or folder. It belongs to the open file: whoever inherits the descriptor holds
 * it too, and the kernel frees it when the last of them is gone, however it ended.
 */
export class FileLock {
  private readonly path: string;
  private readonly mode: "r" | "a";
  private descriptor: number | undefined;

  /** @param mode `a` creates the file; folders are opened with `r` */
  constructor(path: string, mode: "r" | "a") {
    this.path = path;
    this.mode = mode;
  }

  /** For children that are to hold the lock with this process; undefined while it is not held. */
  get fd(): number | undefined {
    return this.descriptor;
  }

  /** @throws SlotwiseError DEVICE_LOCKED while another process holds it */
  async acquire(): Promise<void> {
    const fd = openSync(this.path, this.mode);
    const flock = spawn("flock", ["-w", patienceS, "3"], {
      stdio: ["ignore", "ignore", "pipe", fd],
    });
    const [code] = (await once(flock, "exit")) as [number | null];
    if (code === 0) {
      this.descriptor = fd;
      return;
    }
    closeSync(fd);
    throw new SlotwiseError("DEVICE_LOCKED", {
      expected: `to be the only agent that steers ${this.path}`,
      received: "a lock that another process holds",
      consequence: "nothing was changed",
    });
  }

  release(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** A process that has just been killed leaves its locks to whoever cleans up after it; s. */
const patienceS = "2";

/**
 * An flock(2) on a file or folder. It belongs to the open file: whoever inherits the descriptor holds
 * it too, and the kernel frees it when the last of them is gone, however it ended.
 */
export class FileLock {
  readonly path: string;
  private readonly mode: "r" | "a";
  private descriptor: number | undefined;

  /** @param mode `a` creates the file, and its folder for this user alone, and says in it who holds it; folders are opened with `r` */
  constructor(path: string, mode: "r" | "a") {
    this.path = path;
    this.mode = mode;
  }

  /** For children that are to hold the lock with this process; undefined while it is not held. */
  get fd(): number | undefined {
    return this.descriptor;
  }

  /** Whoever took it last, in words. */
  get holder(): string {
    try {
      const pid = this.mode === "a" ? readFileSync(this.path, "utf8").trim() : "";
      return pid === "" ? "another process" : `process ${pid}`;
    } catch {
      return "another process";
    }
  }

  /** Waits a moment for it; false when another process holds it. */
  async tryAcquire(): Promise<boolean> {
    if (this.mode === "a") mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const fd = openSync(this.path, this.mode);
    const flock = spawn("flock", ["-w", patienceS, "3"], {
      stdio: ["ignore", "ignore", "pipe", fd],
    });
    const [code] = (await once(flock, "exit")) as [number | null];
    if (code !== 0) {
      closeSync(fd);
      return false;
    }
    this.descriptor = fd;
    if (this.mode === "a") {
      ftruncateSync(fd);
      writeSync(fd, `${process.pid}\n`);
    }
    return true;
  }

  release(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

import { rmSync, writeFileSync } from "node:fs";
import { whileAdvancing } from "./slot-progress.ts";

const writePeriodMs = 1000;

/**
 * A file that is written in each second in which slots advance, and removed at the end: a container's
 * health check looks how old it is. One that cannot be written, or removed, says what an old one says.
 */
export class AliveFile {
  private readonly path: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param path undefined: there is no such file */
  constructor(path: string | undefined) {
    this.path = path;
  }

  /** @param progress grows while slots advance */
  ready(progress: () => number): void {
    const { path } = this;
    if (path === undefined) return;
    this.timer ??= whileAdvancing(progress, writePeriodMs, () => {
      try {
        writeFileSync(path, `${progress()}\n`);
      } catch {}
    });
  }

  stopping(): void {
    clearInterval(this.timer);
    if (this.path === undefined) return;
    try {
      rmSync(this.path, { force: true });
    } catch {}
  }
}

import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import type { UnitRunner } from "../experiment/units/run-units.ts";

/**
 * Keeps the result of every unit that is done in a directory, so that a run that was cut off goes on
 * where it was. A unit says all that its result depends on, besides the sources.
 */
export class CachedRunner<Unit, Result> implements UnitRunner<Unit, Result> {
  private readonly inner: UnitRunner<Unit, Result>;
  private readonly directory: string;
  private readonly reuse: boolean;
  /** What the results that were there once took, s. */
  savedS = 0;

  /** @param reuse takes results that are there; otherwise they are replaced */
  constructor(inner: UnitRunner<Unit, Result>, directory: string, reuse: boolean) {
    this.inner = inner;
    this.directory = directory;
    this.reuse = reuse;
  }

  async run(unit: Unit, onProgress?: (share: number) => void): Promise<Result> {
    const hash = createHash("sha256").update(JSON.stringify(unit)).digest("hex");
    const path = join(this.directory, `${hash.slice(0, 16)}.json`);
    const known = this.reuse ? await readFile(path, "utf8").catch(() => undefined) : undefined;
    if (known !== undefined) {
      const { result, durationS } = JSON.parse(known);
      this.savedS += durationS;
      return result;
    }
    const startedMs = performance.now();
    const result = await this.inner.run(unit, onProgress);
    const durationS = (performance.now() - startedMs) / 1e3;
    await mkdir(this.directory, { recursive: true });
    await writeFileAtomic(path, JSON.stringify({ unit, durationS, result }));
    return result;
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

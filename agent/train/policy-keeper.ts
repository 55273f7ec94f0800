import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { removeDrafts, writeFileAtomic } from "../../platform/atomic-file.ts";

/** Flash wears out, and a restart loses no more learning than this. */
const periodMs = 60_000;

/** Keeps the latest policy in a file, which a box without network starts with. */
export class PolicyKeeper {
  private readonly path: string;
  private readonly nowMs: () => number;
  private latest: Uint8Array | undefined;
  private writtenAtMs = Number.NEGATIVE_INFINITY;
  private writing: Promise<void> | undefined;

  /** @param nowMs any monotonic clock, ms */
  constructor(path: string, nowMs: () => number) {
    this.path = path;
    this.nowMs = nowMs;
  }

  /**
   * Takes a policy that may decide; it is written now if none was for a minute, else left for `stop`.
   * Rejects when the file cannot be written.
   */
  async take(policy: Uint8Array): Promise<void> {
    this.latest = policy;
    if (this.writing !== undefined || this.nowMs() - this.writtenAtMs < periodMs) return;
    await this.write();
  }

  /** Writes what has not been. */
  async stop(): Promise<void> {
    await this.writing?.catch(() => undefined);
    await this.write();
  }

  private async write(): Promise<void> {
    const policy = this.latest;
    if (policy === undefined) return;
    this.latest = undefined;
    this.writing = this.replace(policy);
    try {
      await this.writing;
    } finally {
      this.writing = undefined;
    }
  }

  private async replace(policy: Uint8Array): Promise<void> {
    this.writtenAtMs = this.nowMs();
    await mkdir(dirname(this.path), { recursive: true });
    await removeDrafts(this.path);
    await writeFileAtomic(this.path, policy);
  }
}

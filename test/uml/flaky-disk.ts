import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What becomes of a write without power: it is refused, or is lost without a word. */
export type Loss = "error_writes" | "drop_writes";

/**
 * An ext4 on a disk whose power can be cut: from then on no write reaches it (dm-flakey), and what was
 * only in the page cache is lost. Of ext4 nothing is taken that POSIX does not promise: no early
 * allocation of what replaces a file, no commit but those that fsync asks for.
 */
export class FlakyDisk {
  readonly folder: string;
  private on = true;
  private readonly device: string;
  private readonly sectors: number;

  constructor(device: string, folder: string) {
    this.device = `/dev/${device}`;
    this.folder = folder;
    this.sectors = Number(readFileSync(`/sys/block/${device}/size`, "utf8"));
  }

  /**
   * Confirms that power is there still. What follows says that something was safe in time: once power is
   * off, ext4 may confirm what it has not written.
   *
   * @throws Error after a cut
   */
  requirePower(): void {
    if (!this.on) throw new Error("no power");
  }

  async create(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    await execute("mkfs.ext4", ["-q", "-F", this.device]);
    await execute("dmsetup", ["create", "flaky", "--noudevsync", "--table", this.table("linear")]);
    await execute("dmsetup", ["mknodes"]);
  }

  async remove(): Promise<void> {
    await execute("dmsetup", ["remove", "--noudevsync", "flaky"]);
  }

  async mount(): Promise<void> {
    const options = "noauto_da_alloc,commit=300";
    await execute("mount", ["-t", "ext4", "-o", options, "/dev/mapper/flaky", this.folder]);
  }

  async cutPower(loss: Loss): Promise<void> {
    await this.load("flakey", `0 180 1 ${loss}`);
    await this.step("suspend");
    this.on = false;
    await this.step("resume");
  }

  /** Forgets what was not written, and gives power again. */
  async unmount(): Promise<void> {
    await execute("umount", [this.folder]);
    await this.load("linear");
    for (const step of ["suspend", "resume"]) await this.step(step);
    this.on = true;
  }

  private async load(target: string, features = ""): Promise<void> {
    await execute("dmsetup", ["load", "flaky", "--table", this.table(target, features)]);
  }

  /** Between suspend and resume every write waits. */
  private async step(name: string): Promise<void> {
    await execute("dmsetup", [name, "--noudevsync", "--noflush", "--nolockfs", "flaky"]);
  }

  private table(target: string, features = ""): string {
    return `0 ${this.sectors} ${target} ${this.device} 0 ${features}`.trim();
  }
}

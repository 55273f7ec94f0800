import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CgroupVersion } from "../../agent/actuate/cgroup/hierarchy.ts";

/** Settings that no agent would choose, of the second and third group; the first has the kernel's own. */
const settings = {
  v1: [
    { "cpu.cfs_period_us": "40000", "cpu.cfs_quota_us": "14000", "cpu.cfs_burst_us": "0" },
    { "cpu.cfs_period_us": "60000", "cpu.cfs_quota_us": "21000", "cpu.cfs_burst_us": "1500" },
  ],
  v2: [
    { "cpu.max": "14000 40000", "cpu.max.burst": "0" },
    { "cpu.max": "21000 60000", "cpu.max.burst": "1500" },
  ],
} as const;

/** A real cgroup for each slice below a folder that a test makes and removes. */
export class SteeredGroups {
  /** The `root` that an agent is told. */
  readonly root: string;
  readonly names: readonly string[];
  private readonly version: CgroupVersion;
  private readonly mountPoint: string;
  private readonly parent: string;
  private mounted = false;

  /**
   * @param root made here, and mounted on: `ip netns exec` shows a /sys without mounts
   * @param name of the group that holds the slices'
   */
  constructor(version: CgroupVersion, root: string, name: string) {
    this.version = version;
    this.root = root;
    this.mountPoint = version === "v1" ? join(root, "cpu") : root;
    this.parent = join(this.mountPoint, name);
    this.names = [1, 2, 3].map((slice) => `${name}/${slice}`);
  }

  /** @throws Error where this machine lacks what is needed */
  build(): void {
    const { mountPoint, parent } = this;
    mkdirSync(mountPoint, { recursive: true });
    if (this.version === "v1") mount("--bind", "/sys/fs/cgroup/cpu", mountPoint);
    else mount("-t", "cgroup2", "none", mountPoint);
    this.mounted = true;
    mkdirSync(parent);
    if (this.version === "v2") {
      for (const folder of [mountPoint, parent]) {
        writeFileSync(join(folder, "cgroup.subtree_control"), "+cpu");
      }
    }
    for (const folder of this.folders()) mkdirSync(folder);
    for (const [i, files] of settings[this.version].entries()) {
      const folder = this.folders()[i + 1] as string;
      for (const [file, value] of Object.entries(files)) writeFileSync(join(folder, file), value);
    }
  }

  /** Everything that is steered, as the kernel shows it. */
  state(): string {
    const files = Object.keys(settings[this.version][0]);
    const read = (path: string) => readFileSync(path, "utf8").trim();
    return this.folders()
      .map((folder) => files.map((file) => read(join(folder, file))).join(" "))
      .join("\n");
  }

  /** Removes what there is of it. */
  remove(): void {
    if (!this.mounted) return;
    for (const folder of [...this.folders(), this.parent]) {
      if (existsSync(folder)) rmdirSync(folder);
    }
    execFileSync("umount", [this.mountPoint]);
    this.mounted = false;
  }

  private folders(): string[] {
    return this.names.map((name) => join(this.mountPoint, name));
  }
}

function mount(...args: string[]): void {
  execFileSync("mount", args, { stdio: ["ignore", "ignore", "pipe"] });
}

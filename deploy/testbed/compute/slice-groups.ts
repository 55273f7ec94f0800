import { mkdir, readdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findHierarchy, type Hierarchy } from "../../../agent/actuate/cgroup/hierarchy.ts";
import { systemFiles } from "../../../agent/actuate/system-files.ts";
import { SlotwiseError } from "../../../core/errors.ts";
import { isAlive, runOfGroup } from "../run-identity.ts";

export const cgroupRoot = "/sys/fs/cgroup";

/** The greatest there is: other work of the machine must not look like computing. */
const weight = { v1: ["cpu.shares", "262144"], v2: ["cpu.weight", "10000"] } as const;

const removeTries = 50;
const pollMs = 20;

function cpuHierarchy(): Hierarchy {
  try {
    return findHierarchy(systemFiles, cgroupRoot);
  } catch (cause) {
    const received = (cause as Error).message;
    throw new SlotwiseError(
      "TESTBED_UNAVAILABLE",
      {
        expected: `a cgroup CPU controller below ${cgroupRoot}`,
        received,
        consequence: "nothing was set up",
      },
      { cause },
    );
  }
}

/** `ip netns exec` gives a program its own /sys, without cgroups: it mounts them for itself alone. */
const mounts = {
  v1: `mount -t tmpfs none ${cgroupRoot} && mkdir ${cgroupRoot}/cpu && mount -t cgroup -o cpu none ${cgroupRoot}/cpu`,
  v2: `mount -t cgroup2 none ${cgroupRoot}`,
} as const;

/** A process that just ended leaves its group a moment later. */
async function removeGroup(folder: string): Promise<void> {
  for (let tries = 0; tries < removeTries; tries++) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return;
      if (code !== "EBUSY" || tries === removeTries - 1) throw error;
      await sleep(pollMs);
    }
  }
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  }
  await removeGroup(folder);
}

/** The cgroups of one run: a parent of great weight, and a group for each slice of each access point. */
export class SliceGroups {
  readonly parent: string;
  private readonly groups: readonly string[];
  private readonly hierarchy: Hierarchy;

  /** @throws SlotwiseError TESTBED_UNAVAILABLE without a CPU controller */
  constructor(parent: string, accessPoints: number, slices: number) {
    this.hierarchy = cpuHierarchy();
    this.parent = parent;
    this.groups = Array.from({ length: accessPoints }, (_, b) => this.of(b, slices)).flat();
  }

  /** A command that becomes another program, which finds the groups in a network namespace too. */
  get throughMount(): string[] {
    return ["sh", "-c", `${mounts[this.hierarchy.version]} && exec "$@"`, "sh"];
  }

  /** Names of an access point's groups below the controller's root, by slice. */
  of(accessPoint: number, slices: number): string[] {
    return Array.from(
      { length: slices },
      (_, slice) => `${this.parent}/ap${accessPoint}-slice${slice + 1}`,
    );
  }

  async make(): Promise<void> {
    const { version, folder } = this.hierarchy;
    const parent = join(folder, this.parent);
    await mkdir(parent);
    if (version === "v2") {
      for (const above of [folder, parent]) {
        await writeFile(join(above, "cgroup.subtree_control"), "+cpu");
      }
    }
    const [file, value] = weight[version];
    await writeFile(join(parent, file), value);
    for (const group of this.groups) await mkdir(join(folder, group));
  }

  async remove(): Promise<void> {
    await removeTree(join(this.hierarchy.folder, this.parent));
  }

  /** Moves a process into a group. */
  async enter(group: string, pid: number): Promise<void> {
    await writeFile(join(this.hierarchy.folder, group, "cgroup.procs"), String(pid));
  }
}

/** Takes away the groups of runs that were killed; their names. */
export async function sweepGroups(): Promise<string[]> {
  const { folder } = cpuHierarchy();
  const abandoned = (await readdir(folder)).filter((name) => {
    const run = runOfGroup(name);
    return run !== undefined && !isAlive(run);
  });
  for (const name of abandoned) await removeTree(join(folder, name));
  return abandoned;
}

import { join } from "node:path";
import type { SystemFiles } from "../system-files.ts";

export type CgroupVersion = "v1" | "v2";

/** A mounted hierarchy of cgroups that has the CPU controller. */
export interface Hierarchy {
  readonly version: CgroupVersion;
  readonly folder: string;
}

/** statfs(2) types; a folder of any other takes writes and does nothing with them. */
const magic = { v1: 0x27e0eb, v2: 0x63677270 } as const;

function isOf(files: SystemFiles, folder: string, version: CgroupVersion): boolean {
  return files.filesystem(folder) === magic[version];
}

/**
 * Finds the CPU controller below a root: v2 is one hierarchy, v1 has a folder for each controller.
 *
 * @param controller v1's name for what is wanted, "cpu" or "cpuacct"
 * @throws Error where no cgroup filesystem is mounted there
 */
export function findHierarchy(
  files: SystemFiles,
  root: string,
  controller: "cpu" | "cpuacct" = "cpu",
): Hierarchy {
  if (isOf(files, root, "v2")) return { version: "v2", folder: root };
  const folder = join(root, controller);
  if (isOf(files, folder, "v1")) return { version: "v1", folder };
  const type = files.filesystem(root)?.toString(16) ?? "missing";
  throw new Error(`no cgroup filesystem at ${root} or ${folder} (type ${type})`);
}

import { join } from "node:path";
import { findHierarchy } from "../../actuate/cgroup/hierarchy.ts";
import { systemFiles } from "../../actuate/system-files.ts";
import { CounterFile } from "../counter-file.ts";
import { type ComputeLoad, loadOfV1, loadOfV2 } from "./compute-load.ts";
import type { ComputeObservationConfig } from "./config.ts";

/** One group's counters, on open descriptors. */
interface GroupCounters {
  readonly files: readonly CounterFile[];
  readonly read: () => ComputeLoad;
}

/** The CPU time of each slice's cgroup. */
export class ComputeCounters {
  private readonly config: Omit<ComputeObservationConfig, "cpus">;
  private groups: readonly GroupCounters[] = [];

  constructor(config: Omit<ComputeObservationConfig, "cpus">) {
    this.config = config;
  }

  /** @throws Error where a group is missing */
  start(): void {
    this.groups = this.config.groups.map((group) => this.countersOf(group));
    for (const file of this.files()) file.open();
  }

  stop(): void {
    for (const file of this.files()) file.close();
  }

  /** By slice. */
  read(): ComputeLoad[] {
    return this.groups.map(({ read }) => read());
  }

  private files(): readonly CounterFile[] {
    return this.groups.flatMap(({ files }) => files);
  }

  private countersOf(group: string): GroupCounters {
    const { root } = this.config;
    const { version, folder } = findHierarchy(systemFiles, root);
    const stat = new CounterFile(join(folder, group, "cpu.stat"));
    if (version === "v2") {
      const max = join(folder, group, "cpu.max");
      const quota = systemFiles.read(max) === undefined ? undefined : new CounterFile(max);
      const files = quota === undefined ? [stat] : [stat, quota];
      return { files, read: () => loadOfV2(stat.read(), quota?.read()) };
    }
    const accounts = findHierarchy(systemFiles, root, "cpuacct").folder;
    const usage = new CounterFile(join(accounts, group, "cpuacct.usage"));
    const period = new CounterFile(join(folder, group, "cpu.cfs_period_us"));
    const read = () => loadOfV1(usage.read(), stat.read(), period.read());
    return { files: [usage, stat, period], read };
  }
}

import { join } from "node:path";
import type { Restoration } from "../restore/restoration.ts";
import type { SystemFiles } from "../system-files.ts";
import type { CgroupVersion } from "./hierarchy.ts";

/** What a cgroup may use of the CPUs. */
export interface CpuQuota {
  /** CPU time in each period, µs; undefined: as much as there is. */
  readonly quotaUs: number | undefined;
  readonly periodUs: number;
  /** Unused time that may be saved up, µs. */
  readonly burstUs: number;
}

/** A write that sets part of a quota. */
export type QuotaWrite = Extract<Restoration, { kind: "file" }>;

/** The kernel takes no quota below this, µs. */
export const minQuotaUs = 1000;

/** How blocks become quotas. */
export interface QuotaScale {
  /** CPU time that a block stands for, µs in each renewal. */
  readonly blockUs: number;
  readonly periodUs: number;
}

/** The quota of each slice for its compute blocks, whole µs. */
export function quotasOf(computeBlocks: ArrayLike<number>, scale: QuotaScale): CpuQuota[] {
  const { blockUs, periodUs } = scale;
  return Array.from(computeBlocks, (blocks) => {
    const quotaUs = Math.floor(blocks * blockUs + 1e-9);
    return { quotaUs: Math.max(minQuotaUs, quotaUs), periodUs, burstUs: 0 };
  });
}

/** The blocks that a quota in force comes to: its share of a CPU over that of a block. */
export function blocksOf(quota: CpuQuota, scale: QuotaScale): number {
  const { quotaUs = Infinity, periodUs } = quota;
  return ((quotaUs / periodUs) * scale.periodUs) / scale.blockUs;
}

function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** @throws Error where the group is missing or its CPU controller is off */
export function readQuota(files: SystemFiles, version: CgroupVersion, folder: string): CpuQuota {
  const read = (name: string) => files.read(join(folder, name));
  const readV2 = () => {
    const [quota, period] = read("cpu.max")?.split(" ") ?? [];
    return [quota === "max" ? "-1" : quota, period, read("cpu.max.burst") ?? "0"];
  };
  const [quota, period, burst] =
    version === "v2"
      ? readV2()
      : [read("cpu.cfs_quota_us"), read("cpu.cfs_period_us"), read("cpu.cfs_burst_us") ?? "0"];
  const [quotaUs, periodUs, burstUs] = [quota, period, burst].map(wholeNumber) as [
    number,
    number,
    number,
  ];
  if (Number.isNaN(quotaUs + periodUs + burstUs)) throw new Error(`no CPU quota in ${folder}`);
  return { quotaUs: quotaUs < 0 ? undefined : quotaUs, periodUs, burstUs };
}

export function sameQuota(a: CpuQuota | undefined, b: CpuQuota): boolean {
  if (a === undefined) return false;
  return a.quotaUs === b.quotaUs && a.periodUs === b.periodUs && a.burstUs === b.burstUs;
}

/**
 * The writes that turn one quota into another, in an order the kernel takes: a burst must not exceed
 * the quota, and v1's quota and period change one after the other.
 *
 * @param from what is known of it: whatever may differ is written. A burst of 0 is never written over
 * by 0, since older kernels have none
 */
export function quotaWrites(
  version: CgroupVersion,
  folder: string,
  from: Partial<CpuQuota> | undefined,
  to: CpuQuota,
): QuotaWrite[] {
  const file = (name: string, value: string | number): QuotaWrite => ({
    kind: "file",
    path: join(folder, name),
    value: String(value),
  });
  const burst = version === "v2" ? "cpu.max.burst" : "cpu.cfs_burst_us";
  const bursts = { down: file(burst, 0), up: file(burst, to.burstUs) };
  const quota = (quotaUs: number | undefined) =>
    version === "v2"
      ? file("cpu.max", `${quotaUs ?? "max"} ${to.periodUs}`)
      : file("cpu.cfs_quota_us", quotaUs ?? -1);
  const period =
    version === "v1" && from?.periodUs !== to.periodUs
      ? [quota(undefined), file("cpu.cfs_period_us", to.periodUs)]
      : [];
  return [
    ...(from?.burstUs === 0 ? [] : [bursts.down]),
    ...period,
    quota(to.quotaUs),
    ...(to.burstUs === 0 ? [] : [bursts.up]),
  ];
}

/** A slice's group and the quotas it has and is to have. */
export interface QuotaChange {
  readonly folder: string;
  readonly current: CpuQuota | undefined;
  readonly desired: CpuQuota;
}

function rise({ current, desired }: QuotaChange): number {
  const share = (quota: CpuQuota | undefined) =>
    (quota?.quotaUs ?? Infinity) / (quota?.periodUs ?? 1);
  return share(desired) - share(current);
}

/**
 * The fewest writes that bring every slice to its quota; slices that give way come first.
 *
 * @param renewed quotas already in force are written too, which grants them anew
 */
export function plan(
  version: CgroupVersion,
  changes: readonly QuotaChange[],
  renewed: boolean,
): QuotaWrite[] {
  return changes
    .filter(({ current, desired }) => renewed || !sameQuota(current, desired))
    .sort((a, b) => rise(a) - rise(b))
    .flatMap(({ folder, current, desired }) => quotaWrites(version, folder, current, desired));
}

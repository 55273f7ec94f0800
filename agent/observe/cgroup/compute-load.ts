/** CPU time of a cgroup since its creation, µs. */
export interface ComputeLoad {
  readonly usedUs: number;
  /** Time, summed over CPUs, in which it had work and no quota left. */
  readonly throttledUs: number;
  /** Periods in which it had work, and those of them in which its quota ran out. */
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly periodUs: number;
}

/** Lines of `cpu.stat`, compiled once: they are looked for in every slot. */
const lines = {
  periods: /^nr_periods (\d+)$/m,
  throttledPeriods: /^nr_throttled (\d+)$/m,
  usedUs: /^usage_usec (\d+)$/m,
  throttledUs: /^throttled_usec (\d+)$/m,
  throttledNs: /^throttled_time (\d+)$/m,
};

function field(text: string, line: RegExp): number {
  return Number(line.exec(text)?.[1] ?? 0);
}

function periodsIn(cpuStat: string) {
  return {
    periods: field(cpuStat, lines.periods),
    throttledPeriods: field(cpuStat, lines.throttledPeriods),
  };
}

/**
 * From v2's `cpu.stat` and `cpu.max`; without the CPU controller there is no quota, and neither says
 * anything of it.
 */
export function loadOfV2(cpuStat: string, cpuMax: string | undefined): ComputeLoad {
  return {
    usedUs: field(cpuStat, lines.usedUs),
    throttledUs: field(cpuStat, lines.throttledUs),
    periodUs: Number(cpuMax?.trim().split(" ")[1] ?? 0),
    ...periodsIn(cpuStat),
  };
}

/** From v1's `cpuacct.usage`, `cpu.stat` and `cpu.cfs_period_us`; the first two count nanoseconds. */
export function loadOfV1(cpuacctUsage: string, cpuStat: string, cfsPeriodUs: string): ComputeLoad {
  return {
    usedUs: Number(cpuacctUsage) / 1e3,
    throttledUs: field(cpuStat, lines.throttledNs) / 1e3,
    periodUs: Number(cfsPeriodUs),
    ...periodsIn(cpuStat),
  };
}

/**
 * CPU time that a slot asks for, µs: what was used, and what would have been had the quota not run
 * out, averaged over the slots since the previous reading. Linux 6.18 counts throttled periods, but no
 * throttled time; such a period is then taken to lack what one busy CPU would have used more. A
 * group that waits for other groups is not throttled: that wait is not in it.
 */
export function demandUs(before: ComputeLoad, now: ComputeLoad, elapsedSlots: number): number {
  const since = (of: (load: ComputeLoad) => number) => Math.max(0, of(now) - of(before));
  const usedUs = since((load) => load.usedUs);
  const usedAPeriodUs =
    usedUs /
    Math.max(
      1,
      since((load) => load.periods),
    );
  const lackingUs = Math.max(0, now.periodUs - usedAPeriodUs);
  const throttledUs = Math.max(
    since((load) => load.throttledUs),
    since((load) => load.throttledPeriods) * lackingUs,
  );
  return (usedUs + throttledUs) / elapsedSlots;
}

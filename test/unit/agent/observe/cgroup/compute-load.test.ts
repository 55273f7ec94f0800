import { describe, expect, it } from "vitest";
import { demandUs, loadOfV1, loadOfV2 } from "../../../../../agent/observe/cgroup/compute-load.ts";

/** Of a group with a quota under Linux 6.12. */
const v2Stat = `usage_usec 1834902
user_usec 1791101
system_usec 43801
nice_usec 0
core_sched.force_idle_usec 0
nr_periods 184
nr_throttled 172
throttled_usec 9120456
nr_bursts 0
burst_usec 0
`;

const v1Stat = `nr_periods 184
nr_throttled 172
throttled_time 9120456000
nr_bursts 0
burst_time 0
wait_sum 12
`;

describe("the CPU time of a cgroup", () => {
  it("is told in µs by v2 and in ns by v1", () => {
    const load = {
      usedUs: 1_834_902,
      throttledUs: 9_120_456,
      periods: 184,
      throttledPeriods: 172,
      periodUs: 10_000,
    };
    expect(loadOfV2(v2Stat, "1000 10000\n")).toEqual(load);
    expect(loadOfV1("1834902000\n", v1Stat, "10000\n")).toEqual(load);
  });

  it("has no throttling where v2's CPU controller is off", () => {
    const load = loadOfV2("usage_usec 17\nuser_usec 17\n", undefined);
    expect(load).toMatchObject({ usedUs: 17, throttledUs: 0, throttledPeriods: 0 });
  });

  const before = {
    usedUs: 1000,
    throttledUs: 500,
    periods: 1,
    throttledPeriods: 1,
    periodUs: 10_000,
  };

  it("asks for what was used and for what the quota kept from being used", () => {
    const now = { ...before, usedUs: 5000, throttledUs: 6500 };
    expect(demandUs(before, now, 1)).toBe(10_000);
    expect(demandUs(before, now, 4)).toBe(2500);
  });

  it("takes a throttled period for a busy CPU's where the kernel counts no throttled time", () => {
    const now = { ...before, usedUs: 3000, periods: 3, throttledPeriods: 3 };
    expect(demandUs(before, now, 1)).toBe(2000 + 2 * 9000);
  });

  it("asks for nothing where a group was made anew and counts from 0", () => {
    const anew = { usedUs: 10, throttledUs: 0, periods: 0, throttledPeriods: 0, periodUs: 10_000 };
    expect(demandUs(before, anew, 1)).toBe(0);
  });
});

import { spawn } from "node:child_process";
import { expect, it, onTestFinished } from "vitest";
import { scheduleThread } from "../../platform/thread-schedule.ts";
import { faultyRun } from "../fixtures/faulty-run.ts";

const cell = new Int32Array(new SharedArrayBuffer(4));
const machineTime = {
  nowNs: () => process.hrtime.bigint(),
  sleepMs: (durationMs: number) => {
    Atomics.wait(cell, 0, 0, durationMs);
  },
};

it("accounts for every slot of two minutes of stalls, failures and three CPU hogs, and recovers", async () => {
  const hogs = [1, 2, 3].map(() => spawn(process.execPath, ["-e", "for (;;);"]));
  onTestFinished(() => {
    for (const hog of hogs) hog.kill("SIGKILL");
  });
  expect(scheduleThread({ nice: 0, realtimePriority: 40, cpu: null })).toEqual([]);
  const faults = { sourceStalls: 0.05, policyStalls: 0.05, failures: 0.01, nonsense: 0.01 };
  const report = await faultyRun(faults, { faulty: 6000, calm: 7000 }, 1, machineTime);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  const { slots, applied, held } = report.totals;
  expect(slots).toBeGreaterThanOrEqual(13_000);
  expect(applied + held).toBe(slots);
  expect(report.gaps).toBe(0);
  expect(report.withoutFallback).toBeLessThanOrEqual(slots / 1000);
  expect(report.lateByThemselves).toBeLessThanOrEqual(slots / 1000);
  expect(Math.min(...report.withdrawnSlots)).toBeGreaterThanOrEqual(100);
  expect(report.calmSlotsByPolicy).toBeGreaterThan(90);
});

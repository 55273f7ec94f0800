import { expect, test } from "vitest";
import { SlotSchedule } from "../../../../agent/bridge/slot-schedule.ts";

const ms = 1e6;
const at = (instantMs: number) => BigInt(Math.round(instantMs * ms));

test("slots start a period apart and an instant belongs to the slot that runs", () => {
  const schedule = new SlotSchedule(5, at(100), 10);
  expect(schedule.startOf(8)).toBe(at(130));
  expect(schedule.slotAt(at(129.9))).toBe(7);
  expect(schedule.slotAt(at(130))).toBe(8);
});

test("late arrivals hardly move the schedule and the earliest sets it", () => {
  const schedule = new SlotSchedule(0, at(0.5), 10);
  schedule.track(1, at(12.5));
  expect(Number(schedule.startOf(2)) / ms).toBeLessThan(20.6);
  schedule.track(2, at(20.1));
  expect(schedule.startOf(3)).toBe(at(30.1));
});

test("a clock that drifts is followed", () => {
  const schedule = new SlotSchedule(0, at(0), 10);
  for (let slot = 1; slot <= 2000; slot++) schedule.track(slot, at(slot * 10.001));
  expect(Math.abs(Number(schedule.startOf(2000)) / ms - 20_002)).toBeLessThan(0.1);
});

test("an arrival far off starts the schedule over", () => {
  const schedule = new SlotSchedule(0, at(0), 10);
  schedule.track(3, at(36));
  expect(schedule.startOf(4)).toBe(at(46));
});

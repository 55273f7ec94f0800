import { expect, test } from "vitest";
import { runUnits, type UnitRunner } from "../../../../../learning/experiment/units/run-units.ts";

/** A runner that takes a turn of the event loop per point of its unit. */
function turns(run: (unit: number) => string): UnitRunner<number, string> {
  return {
    run: async (unit) => {
      for (let i = 0; i < unit; i++) await new Promise((resolve) => setImmediate(resolve));
      return run(unit);
    },
    close: () => Promise.resolve(),
  };
}

const forever = new AbortController().signal;

test("results come in the order of the units, whoever was done first", async () => {
  const done: number[] = [];
  const runner = turns(String);
  const results = await runUnits([5, 1, 3], [runner, runner], (n) => done.push(n), forever);
  expect(results).toEqual(["5", "1", "3"]);
  expect(done).toEqual([1, 2, 3]);
});

test("a failing unit ends the run with its reason and starts no more", async () => {
  const started: number[] = [];
  const runner = turns((unit) => {
    started.push(unit);
    if (unit === 1) throw new Error("unit 1 is broken");
    return "";
  });
  await expect(runUnits([2, 1, 3, 4], [runner], () => {}, forever)).rejects.toThrow(/unit 1/);
  expect(started).toEqual([2, 1]);
});

test("an aborted run starts nothing more", async () => {
  const controller = new AbortController();
  const started: number[] = [];
  const runner = turns((unit) => {
    started.push(unit);
    controller.abort();
    return "";
  });
  await expect(runUnits([1, 2], [runner], () => {}, controller.signal)).rejects.toThrow();
  expect(started).toEqual([1]);
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CachedRunner } from "../../../../learning/reproduce/unit-cache.ts";

let directory: string;
let runs: number[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "units-"));
  runs = [];
});
afterEach(() => rm(directory, { recursive: true }));

const runner = (reuse: boolean) =>
  new CachedRunner<number, number>(
    {
      run: (unit) => {
        runs.push(unit);
        return Promise.resolve(unit * unit);
      },
      close: () => Promise.resolve(),
    },
    directory,
    reuse,
  );

test("a unit that was done is not done again, and says what it took", async () => {
  expect(await runner(true).run(3)).toBe(9);
  const later = runner(true);
  expect(await later.run(3)).toBe(9);
  expect(await later.run(4)).toBe(16);
  expect(runs).toEqual([3, 4]);
  expect(later.savedS).toBeGreaterThan(0);
});

test("a run that does not resume does every unit anew", async () => {
  await runner(false).run(3);
  await runner(false).run(3);
  expect(runs).toEqual([3, 3]);
});

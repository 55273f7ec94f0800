import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createRandom } from "../../core/random.ts";
import { FlakyDisk } from "./flaky-disk.ts";
import { type Found, type Stored, StoredGlobal, StoredJournal, StoredPolicy } from "./stored.ts";

const cuts = 60;

/** Longest time from the return of power to the next cut, ms. */
const longestMs = 400;

const disk = new FlakyDisk("ram0", "/tmp/disk");
beforeAll(() => disk.create());
afterAll(() => disk.remove());

/** Writes without a pause until power is off. */
async function write(stored: Stored, cutting: AbortSignal): Promise<void> {
  try {
    for (;;) await stored.write();
  } catch (error) {
    if (!cutting.aborted) throw error;
  }
}

it(`finds the old or the new content after each of ${cuts} power cuts, never neither`, async () => {
  const random = createRandom(8, 1);
  const stored = {
    global: new StoredGlobal(disk),
    policy: new StoredPolicy(disk),
    journal: new StoredJournal(disk, "/tmp"),
  };
  const found = new Map<string, number>();
  const checkAll = async () => {
    for (const [name, each] of Object.entries(stored)) {
      const outcome: Found = await each.check();
      found.set(`${name} ${outcome}`, (found.get(`${name} ${outcome}`) ?? 0) + 1);
    }
  };
  for (let i = 0; i < cuts; i++) {
    await disk.mount();
    await checkAll();
    const cutting = new AbortController();
    const writing = Object.values(stored).map((each) => write(each, cutting.signal));
    await sleep(longestMs * random.uniform());
    cutting.abort();
    await disk.cutPower(i % 2 === 0 ? "error_writes" : "drop_writes");
    await Promise.all(writing);
    for (const each of Object.values(stored)) each.drop();
    await disk.unmount();
  }
  await disk.mount();
  await checkAll();
  for (const each of Object.values(stored)) each.drop();
  await disk.unmount();
  process.stdout.write(`${JSON.stringify(Object.fromEntries(found))}\n`);
  for (const name of Object.keys(stored)) {
    expect(found.get(`${name} confirmed`), name).toBeGreaterThan(5);
    expect(found.get(`${name} begun`), name).toBeGreaterThan(0);
  }
});

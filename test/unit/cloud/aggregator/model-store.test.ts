import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ModelStore } from "../../../../cloud/aggregator/model-store.ts";
import type { RoundHistory } from "../../../../cloud/aggregator/round.ts";

const global = new Map([["w", { shape: [2], data: Float32Array.of(1, 2) }]]);

let directory: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "slotwise-store-")), "cloud");
});
afterEach(() => {
  rmSync(join(directory, ".."), { recursive: true });
});

/** What an aggregator that starts on the directory goes on from; it then ends. */
async function restarted(): Promise<RoundHistory> {
  const store = new ModelStore(directory);
  const history = await store.open();
  store.close();
  return history;
}

describe("the aggregator's directory", () => {
  it("starts a federation of its own when empty", async () => {
    const history = await restarted();
    expect(history).toMatchObject({ round: 0, latest: undefined });
    expect(history.federation).not.toBe("");
  });

  it("moves past the round a start without a model announced", async () => {
    const first = await restarted();
    const second = await restarted();
    const third = await restarted();
    expect(second).toEqual({ ...first, round: 1 });
    expect(third).toEqual({ ...first, round: 2 });
  });

  it("gives back the saved model and moves past the round that followed it", async () => {
    const store = new ModelStore(directory);
    const { federation } = await store.open();
    const closed = { round: 7, globalVersion: 6, global, contributors: ["ap-0", "ap-1"] };
    await store.save(federation, closed);
    store.close();
    expect(await restarted()).toEqual({ federation, round: 8, latest: closed });
    expect((await restarted()).round).toBe(9);
    expect(readdirSync(directory).sort()).toEqual(["global.safetensors", "lock", "state.json"]);
  });

  it("moves past rounds that gave no model, and were announced all the same", async () => {
    const store = new ModelStore(directory);
    const { federation } = await store.open();
    await store.save(federation, { round: 7, globalVersion: 6, global, contributors: [] });
    for (const round of [8, 9]) await store.pass(federation, round);
    store.close();
    expect(await restarted()).toMatchObject({ federation, round: 10, latest: { round: 7 } });
  });

  it("is one aggregator's at a time, and says whose", async () => {
    const store = new ModelStore(directory);
    const { federation } = await store.open();
    await expect(restarted()).rejects.toMatchObject({
      code: "STATE_LOCKED",
      facts: { received: `a lock that process ${process.pid} holds` },
    });
    store.close();
    expect(await restarted()).toMatchObject({ federation });
  });

  it("is rid of what a killed aggregator was writing", async () => {
    await restarted();
    for (const file of ["global.safetensors", "state.json"]) {
      writeFileSync(join(directory, `.${file}.0b5e.draft`), "half");
    }
    await restarted();
    expect(readdirSync(directory).sort()).toEqual(["lock", "state.json"]);
  });

  it("trusts the model when the small file is gone or of another federation", async () => {
    const store = new ModelStore(directory);
    const { federation } = await store.open();
    await store.save(federation, { round: 7, globalVersion: 6, global, contributors: [] });
    store.close();
    const foreign = JSON.stringify({ version: 1, federation: "other", round: 99 });
    writeFileSync(join(directory, "state.json"), foreign);
    expect(await restarted()).toMatchObject({ federation, round: 8 });
    rmSync(join(directory, "state.json"));
    expect(await restarted()).toMatchObject({ federation, round: 8 });
  });

  it("refuses what it cannot read and overwrites nothing", async () => {
    const store = new ModelStore(directory);
    await store.open();
    store.close();
    writeFileSync(join(directory, "global.safetensors"), "not a model");
    await expect(restarted()).rejects.toMatchObject({ code: "STATE_INVALID" });
    rmSync(join(directory, "global.safetensors"));
    writeFileSync(join(directory, "state.json"), "{");
    await expect(restarted()).rejects.toMatchObject({ code: "STATE_INVALID" });
  });
});

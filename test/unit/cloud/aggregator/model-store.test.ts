import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ModelStore } from "../../../../cloud/aggregator/model-store.ts";

const global = new Map([["w", { shape: [2], data: Float32Array.of(1, 2) }]]);

let directory: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "slotwise-store-")), "cloud");
});
afterEach(() => {
  rmSync(join(directory, ".."), { recursive: true });
});

describe("the aggregator's directory", () => {
  it("starts a federation of its own when empty", async () => {
    const history = await new ModelStore(directory).open();
    expect(history).toMatchObject({ round: 0, latest: undefined });
    expect(history.federation).not.toBe("");
  });

  it("moves past the round a start without a model announced", async () => {
    const first = await new ModelStore(directory).open();
    const second = await new ModelStore(directory).open();
    const third = await new ModelStore(directory).open();
    expect(second).toEqual({ ...first, round: 1 });
    expect(third).toEqual({ ...first, round: 2 });
  });

  it("gives back the saved model and moves past the round that followed it", async () => {
    const store = new ModelStore(directory);
    const { federation } = await store.open();
    const closed = { round: 7, globalVersion: 6, global, contributors: ["ap-0", "ap-1"] };
    await store.save(federation, closed);
    expect(await new ModelStore(directory).open()).toEqual({
      federation,
      round: 8,
      latest: closed,
    });
    expect((await new ModelStore(directory).open()).round).toBe(9);
    expect(readdirSync(directory).sort()).toEqual(["global.safetensors", "state.json"]);
  });

  it("trusts the model when the small file is gone or of another federation", async () => {
    const store = new ModelStore(directory);
    const { federation } = await store.open();
    await store.save(federation, { round: 7, globalVersion: 6, global, contributors: [] });
    const foreign = JSON.stringify({ version: 1, federation: "other", round: 99 });
    writeFileSync(join(directory, "state.json"), foreign);
    expect(await new ModelStore(directory).open()).toMatchObject({ federation, round: 8 });
    rmSync(join(directory, "state.json"));
    expect(await new ModelStore(directory).open()).toMatchObject({ federation, round: 8 });
  });

  it("refuses what it cannot read and overwrites nothing", async () => {
    const store = new ModelStore(directory);
    await store.open();
    writeFileSync(join(directory, "global.safetensors"), "not a model");
    await expect(new ModelStore(directory).open()).rejects.toMatchObject({ code: "STATE_INVALID" });
    rmSync(join(directory, "global.safetensors"));
    writeFileSync(join(directory, "state.json"), "{");
    await expect(new ModelStore(directory).open()).rejects.toMatchObject({ code: "STATE_INVALID" });
  });
});

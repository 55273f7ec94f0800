import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeDrafts, writeFileAtomic } from "../../../platform/atomic-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slotwise-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("writeFileAtomic", () => {
  it("replaces the content and leaves no draft behind", async () => {
    const path = join(folder, "model");
    await writeFileAtomic(path, "one");
    await writeFileAtomic(path, new Uint8Array([50]));
    expect(await readFile(path, "utf8")).toBe("2");
    expect(await readdir(folder)).toEqual(["model"]);
  });

  it("leaves nothing in a place it cannot write to", async () => {
    await expect(writeFileAtomic(join(folder, "none", "model"), "x")).rejects.toThrow(/ENOENT/);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("removeDrafts", () => {
  it("removes what was begun in place of that file, and nothing else", async () => {
    const others = ["model", ".model", ".model.bak", ".model2.0b5e.draft"];
    for (const name of [...others, ".model.0b5e.draft"]) await writeFile(join(folder, name), "");
    await removeDrafts(join(folder, "model"));
    expect((await readdir(folder)).sort()).toEqual(others.sort());
  });
});

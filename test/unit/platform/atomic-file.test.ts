import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFileAtomic } from "../../../platform/atomic-file.ts";

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

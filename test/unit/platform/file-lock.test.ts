import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileLock } from "../../../platform/file-lock.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-lock-"));
  path = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a file lock", () => {
  it("is held by one at a time, says by whom, and can be had again once released", async () => {
    const first = new FileLock(path, "a");
    const second = new FileLock(path, "a");
    expect(await first.tryAcquire()).toBe(true);
    expect(await second.tryAcquire()).toBe(false);
    expect(second.holder).toBe(`process ${process.pid}`);
    first.release();
    expect(await second.tryAcquire()).toBe(true);
    second.release();
  });

  it("on a folder tells that another process has it", async () => {
    const [first, second] = [new FileLock(folder, "r"), new FileLock(folder, "r")];
    expect(await first.tryAcquire()).toBe(true);
    expect(await second.tryAcquire()).toBe(false);
    expect(second.holder).toBe("another process");
    first.release();
  });

  it("is free after kill -9 of its last holder, and not before", async () => {
    const lock = new FileLock(path, "a");
    await lock.tryAcquire();
    const heir = spawn("sleep", ["60"], { stdio: ["ignore", "ignore", "ignore", lock.fd ?? 0] });
    await once(heir, "spawn");
    lock.release();
    const next = new FileLock(path, "a");
    expect(await next.tryAcquire()).toBe(false);
    const closed = once(heir, "close");
    heir.kill("SIGKILL");
    await closed;
    expect(await next.tryAcquire()).toBe(true);
    next.release();
  });
});

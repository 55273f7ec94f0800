import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { folderLock } from "../../../../../agent/actuate/restore/device-lock.ts";
import { GuardedActuator } from "../../../../../agent/actuate/restore/guarded-actuator.ts";
import { journalLock } from "../../../../../agent/actuate/restore/guardian.ts";
import type { SteeredDevice } from "../../../../../agent/actuate/restore/steered-device.ts";
import { FileLock } from "../../../../../platform/file-lock.ts";

function isLocked(path: string): boolean {
  return spawnSync("flock", ["--nonblock", path, "true"]).status === 1;
}

/** A device whose one setting is a file, and what was in place when it was called. */
class FileDevice implements SteeredDevice {
  readonly folder = mkdtempSync(join(tmpdir(), "slotwise-guarded-"));
  readonly journal = join(this.folder, "run/restore");
  readonly setting = join(this.folder, "setting");
  readonly calls: string[] = [];
  part = this.folder;
  original = "";

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    writeFileSync(this.setting, "found\n");
  }

  locks() {
    return Promise.resolve([folderLock(this.part)]);
  }

  survey() {
    this.original = readFileSync(this.setting, "utf8").trim();
    const locked = [this.part, journalLock(this.journal).lock.path].every(isLocked);
    this.calls.push(`survey, ${locked ? "locked" : "unlocked"}, ${this.journalled()}`);
    return Promise.resolve([{ kind: "file", path: this.setting, value: this.original } as const]);
  }

  start() {
    this.calls.push(`start, ${this.journalled()}`);
    return Promise.resolve();
  }

  stop() {
    this.calls.push(`stop, ${this.journalled()}`);
    writeFileSync(this.setting, `${this.original}\n`);
    return Promise.resolve();
  }

  apply(slot: number) {
    writeFileSync(this.setting, `${slot}\n`);
    return Promise.resolve();
  }

  readBack() {
    return undefined;
  }

  /** What an agent that was killed together with its guardian leaves. */
  leave(setting: string): void {
    writeFileSync(this.journal, `file\t${setting}\tleft over\n`);
  }

  journalled(): string {
    return existsSync(this.journal) ? "journalled" : "not journalled";
  }
}

const never = new AbortController().signal;
const guarded = (device: FileDevice) =>
  new GuardedActuator(
    device.journal,
    () => device,
    () => undefined,
  );

/** Made by a start, so that a test can leave a journal in it. */
async function usedDevice(): Promise<FileDevice> {
  const device = new FileDevice();
  const actuator = guarded(device);
  await actuator.start(never);
  await actuator.stop();
  device.calls.length = 0;
  return device;
}

it("is locked before it is looked at, journalled before it is started, and given back before that ends", async () => {
  const device = new FileDevice();
  const actuator = guarded(device);
  await actuator.start(never);
  await actuator.apply(1, Float64Array.of());
  await actuator.stop();
  expect(device.calls).toEqual([
    "survey, locked, not journalled",
    "start, journalled",
    "stop, journalled",
  ]);
  expect(device.journalled()).toBe("not journalled");
  expect(readFileSync(device.setting, "utf8")).toBe("found\n");
});

it("has back what an earlier agent left before it is looked at", async () => {
  const device = await usedDevice();
  device.leave(device.setting);
  const actuator = guarded(device);
  await actuator.start(never);
  expect(device.original).toBe("left over");
  await actuator.stop();
});

it("keeps what an earlier agent left when another process steers it", async () => {
  const device = await usedDevice();
  device.leave(device.setting);
  const other = new FileLock(device.part, "r");
  await other.tryAcquire();
  await expect(guarded(device).start(never)).rejects.toMatchObject({ code: "DEVICE_LOCKED" });
  other.release();
  expect(device.journalled()).toBe("journalled");
  expect(device.calls).toEqual([]);
});

it("is not started while what an earlier agent left cannot be put back", async () => {
  const device = await usedDevice();
  device.leave(join(device.folder, "none/setting"));
  const refused = { code: "RESTORE_INCOMPLETE", message: expect.stringContaining("none/setting") };
  await expect(guarded(device).start(never)).rejects.toMatchObject(refused);
  await expect(guarded(device).start(never)).rejects.toMatchObject(refused);
  expect(device.calls).toEqual([]);
});

it("is not available without what its lock stands for", async () => {
  const device = new FileDevice();
  device.part = join(device.folder, "none");
  const unavailable = { code: "ACTUATOR_UNAVAILABLE" };
  await expect(guarded(device).start(never)).rejects.toMatchObject(unavailable);
  expect(device.calls).toEqual([]);
});

it("keeps its journal for the guardian when it cannot be given back", async () => {
  const device = new FileDevice();
  const actuator = guarded(device);
  await actuator.start(never);
  const { stop } = device;
  device.stop = () => Promise.reject(new Error("no"));
  await expect(actuator.stop()).rejects.toThrow("no");
  expect(device.journalled()).toBe("journalled");
  device.stop = stop;
  await actuator.stop();
});

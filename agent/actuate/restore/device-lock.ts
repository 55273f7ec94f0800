import { statSync } from "node:fs";
import { SlotwiseError } from "../../../core/errors.ts";
import { FileLock } from "../../../platform/file-lock.ts";
import type { RunCommand } from "../run-command.ts";

/** A lock that stands for a part of the machine, which no two agents may steer. */
export interface DeviceLock {
  /** In words. */
  readonly part: string;
  readonly lock: FileLock;
}

/** Of every agent of this machine, whatever its journal. */
const lockFolder = "/run/slotwise";

/** The lock of what the kernel shows as a folder. */
export function folderLock(folder: string): DeviceLock {
  return { part: folder, lock: new FileLock(folder, "r") };
}

/**
 * The lock of a network interface, by its index in its namespace: it may have several names, and
 * `/sys/class/net` may belong to another namespace.
 *
 * @throws Error where there is no such interface
 */
export async function interfaceLock(device: string, run: RunCommand): Promise<DeviceLock> {
  const shown = await run("ip", ["-o", "link", "show", "dev", device]);
  const index = /^(\d+): /.exec(shown)?.[1];
  if (index === undefined) throw new Error(`ip tells no index of ${device}`);
  const namespace = statSync("/proc/thread-self/ns/net").ino;
  const path = `${lockFolder}/if-${namespace}-${index}.lock`;
  return { part: `interface ${device}`, lock: new FileLock(path, "a") };
}

/**
 * @throws SlotwiseError DEVICE_LOCKED while another process holds the lock
 * @throws SlotwiseError ACTUATOR_UNAVAILABLE where there is nothing to lock
 */
export async function lockDevice({ part, lock }: DeviceLock): Promise<void> {
  if (await acquired(lock)) return;
  throw new SlotwiseError("DEVICE_LOCKED", {
    expected: `to be the only agent that steers ${part}`,
    received: `a lock that ${lock.holder} holds`,
    consequence: "nothing was changed",
  });
}

async function acquired(lock: FileLock): Promise<boolean> {
  try {
    return await lock.tryAcquire();
  } catch (cause) {
    throw new SlotwiseError(
      "ACTUATOR_UNAVAILABLE",
      {
        expected: `to lock ${lock.path}`,
        received: cause instanceof Error ? cause.message : String(cause),
        consequence: "nothing was changed",
      },
      { cause },
    );
  }
}

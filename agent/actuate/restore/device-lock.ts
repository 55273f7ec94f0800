import { SlotwiseError } from "../../../core/errors.ts";
import type { FileLock } from "../../../platform/file-lock.ts";

/** @throws SlotwiseError DEVICE_LOCKED while another process holds the lock */
export async function lockDevice(lock: FileLock): Promise<void> {
  if (await lock.tryAcquire()) return;
  throw new SlotwiseError("DEVICE_LOCKED", {
    expected: `to be the only agent that steers ${lock.path}`,
    received: `a lock that ${lock.holder} holds`,
    consequence: "nothing was changed",
  });
}

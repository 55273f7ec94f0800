import { existsSync } from "node:fs";
import { FileLock } from "../../../platform/file-lock.ts";
import { lockDevice } from "./device-lock.ts";
import { Guardian, lockOf } from "./guardian.ts";

/**
 * Carries out what an agent that is gone left in its journal.
 *
 * @returns whether there was anything
 * @throws SlotwiseError DEVICE_LOCKED while an agent with this journal runs
 */
export async function restoreLeftovers(journal: string): Promise<boolean> {
  const left = () => [journal, `${journal}.taken`].some((path) => existsSync(path));
  if (!left()) return false;
  const lock = new FileLock(lockOf(journal), "a");
  await lockDevice(lock);
  try {
    const any = left();
    await new Guardian(journal).restoreLeftovers();
    return any;
  } finally {
    lock.release();
  }
}

import { existsSync } from "node:fs";
import { lockDevice } from "./device-lock.ts";
import { Guardian, journalLock, takenOf } from "./guardian.ts";

/**
 * Carries out what an agent that is gone left in its journal.
 *
 * @returns whether there was anything
 * @throws SlotwiseError DEVICE_LOCKED while an agent with this journal runs
 * @throws SlotwiseError RESTORE_INCOMPLETE where some of it cannot be put back
 */
export async function restoreLeftovers(journal: string): Promise<boolean> {
  const left = () => [journal, takenOf(journal)].some((path) => existsSync(path));
  if (!left()) return false;
  const held = journalLock(journal);
  await lockDevice(held);
  try {
    const any = left();
    await new Guardian(journal, () => undefined).restoreLeftovers();
    return any;
  } finally {
    held.lock.release();
  }
}

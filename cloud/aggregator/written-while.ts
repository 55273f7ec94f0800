import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../../platform/log.ts";

const retryMs = 1000;

/** Tries until it is on disk, or the aggregator has stopped; tells whether it goes on. */
export async function writtenWhile(
  running: () => boolean,
  write: () => Promise<void>,
  log: Logger,
): Promise<boolean> {
  for (;;) {
    try {
      await write();
      return running();
    } catch (error) {
      log.error({ reason: String(error) }, "state not saved, trying again");
    }
    if (!running()) return false;
    await delay(retryMs);
  }
}

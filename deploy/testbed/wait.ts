import { setTimeout as pause } from "node:timers/promises";

/** @throws the signal's reason as soon as it aborts */
export async function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(durationMs, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}

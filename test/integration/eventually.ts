import { setTimeout as delay } from "node:timers/promises";

/** Waits until a condition holds; after `patienceMs` it fails with what it last saw. */
export async function eventually(
  condition: () => boolean,
  describeState: () => unknown = () => "",
  patienceMs = 12_000,
): Promise<void> {
  const giveUpAtMs = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > giveUpAtMs) {
      throw new Error(`still waiting for ${condition}: ${JSON.stringify(describeState())}`);
    }
    await delay(20);
  }
}

import type { ReadBack } from "./actuator.ts";
import type { Restoration } from "./restore/restoration.ts";
import type { SteeredDevice } from "./restore/steered-device.ts";

/**
 * Two devices that each carry out one half of an allocation and confirm the other as given: the
 * confirmed action has the bandwidth half of the first and the compute half of the second.
 */
export class BothHalves implements SteeredDevice {
  private readonly bandwidth: SteeredDevice;
  private readonly compute: SteeredDevice;

  constructor(bandwidth: SteeredDevice, compute: SteeredDevice) {
    this.bandwidth = bandwidth;
    this.compute = compute;
  }

  get folders(): readonly string[] {
    return [...this.bandwidth.folders, ...this.compute.folders];
  }

  async survey(): Promise<readonly Restoration[]> {
    return [...(await this.bandwidth.survey()), ...(await this.compute.survey())];
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.bandwidth.start(signal);
    await this.compute.start(signal);
  }

  stop(): Promise<void> {
    return both(this.bandwidth.stop(), this.compute.stop());
  }

  apply(slot: number, action: Float64Array): Promise<void> {
    return both(this.bandwidth.apply(slot, action), this.compute.apply(slot, action));
  }

  readBack(): ReadBack | undefined {
    const bandwidth = this.bandwidth.readBack();
    const compute = this.compute.readBack();
    if (bandwidth === undefined || compute?.slot !== bandwidth.slot) return undefined;
    const half = bandwidth.applied.length / 2;
    const applied = Float64Array.from(bandwidth.applied);
    applied.set(compute.applied.subarray(half), half);
    return { slot: bandwidth.slot, applied };
  }
}

/** Waits for both, whatever becomes of either, then fails with what failed first. */
async function both(first: Promise<void>, second: Promise<void>): Promise<void> {
  const results = await Promise.allSettled([first, second]);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

import type { ReadBack } from "./actuator.ts";
import { furthest } from "./furthest.ts";
import type { DeviceLock } from "./restore/device-lock.ts";
import type { Restoration } from "./restore/restoration.ts";
import type { SteeredDevice } from "./restore/steered-device.ts";

/** What two devices' confirmations of one action come to together, entry by entry. */
type Merge = (first: Float64Array, second: Float64Array, commanded: Float64Array) => Float64Array;

/** An action that one or both devices have yet to confirm. */
interface OpenSlot {
  readonly commanded: Float64Array;
  first?: Float64Array;
  second?: Float64Array;
}

/** A device may answer this many slots after the other. */
const openSlots = 64;

/** Two devices that carry out every action together; it is confirmed once both have done so. */
class DevicePair implements SteeredDevice {
  private readonly first: SteeredDevice;
  private readonly second: SteeredDevice;
  private readonly merge: Merge;
  private readonly open = new Map<number, OpenSlot>();

  constructor(first: SteeredDevice, second: SteeredDevice, merge: Merge) {
    this.first = first;
    this.second = second;
    this.merge = merge;
  }

  async locks(): Promise<readonly DeviceLock[]> {
    return [...(await this.first.locks()), ...(await this.second.locks())];
  }

  async survey(): Promise<readonly Restoration[]> {
    return [...(await this.first.survey()), ...(await this.second.survey())];
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.first.start(signal);
    await this.second.start(signal);
  }

  stop(): Promise<void> {
    return both(this.first.stop(), this.second.stop());
  }

  apply(slot: number, action: Float64Array): Promise<void> {
    this.open.set(slot, { commanded: action });
    for (const oldest of this.open.keys()) {
      if (this.open.size <= openSlots) break;
      this.open.delete(oldest);
    }
    return both(this.first.apply(slot, action), this.second.apply(slot, action));
  }

  readBack(): ReadBack | undefined {
    this.collect("first");
    this.collect("second");
    for (const [slot, { commanded, first, second }] of this.open) {
      if (first === undefined || second === undefined) continue;
      this.open.delete(slot);
      return { slot, applied: this.merge(first, second, commanded) };
    }
    return undefined;
  }

  private collect(half: "first" | "second"): void {
    const device = this[half];
    for (let told = device.readBack(); told !== undefined; told = device.readBack()) {
      const open = this.open.get(told.slot);
      if (open !== undefined) open[half] = told.applied;
    }
  }
}

/** Bandwidth from the first device and compute from the second; each confirms the other half as given. */
export function bothHalves(bandwidth: SteeredDevice, compute: SteeredDevice): SteeredDevice {
  return new DevicePair(bandwidth, compute, (first, second) =>
    first.map((value, i) => (i < first.length / 2 ? value : (second[i] as number))),
  );
}

/** The same bandwidth on the way down and on the way up. */
export function bothDirections(downlink: SteeredDevice, uplink: SteeredDevice): SteeredDevice {
  return new DevicePair(downlink, uplink, (first, second, commanded) =>
    commanded.map((value, i) => furthest(value, first[i] as number, second[i] as number)),
  );
}

/** Waits for both, whatever becomes of either, then fails with what failed first. */
async function both(first: Promise<void>, second: Promise<void>): Promise<void> {
  const results = await Promise.allSettled([first, second]);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

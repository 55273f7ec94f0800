/** Share of a late arrival that moves the schedule: transport noise passes, a drifting clock is followed. */
const followShare = 1 / 32;

/**
 * When a simulator's slots start on this box's monotonic clock, learned from when their
 * observations arrive: slot s starts at anchor + (s − anchorSlot) · period. The earliest arrivals
 * count, since transport only ever adds.
 */
export class SlotSchedule {
  private periodNs: number;
  private anchorNs: bigint;
  private anchorSlot: number;

  constructor(slot: number, startNs: bigint, slotPeriodMs: number) {
    this.periodNs = slotPeriodMs * 1e6;
    this.anchorNs = startNs;
    this.anchorSlot = slot;
  }

  startOf(slot: number): bigint {
    return this.anchorNs + BigInt(Math.round((slot - this.anchorSlot) * this.periodNs));
  }

  /** The slot that runs at an instant. */
  slotAt(instantNs: bigint): number {
    return this.anchorSlot + Math.floor(Number(instantNs - this.anchorNs) / this.periodNs);
  }

  /** Starts over from one arrival. */
  restart(slot: number, arrivedNs: bigint, slotPeriodMs: number): void {
    this.periodNs = slotPeriodMs * 1e6;
    this.anchorSlot = slot;
    this.anchorNs = arrivedNs;
  }

  /** Takes an arrival in; one more than half a period off the schedule starts it over. */
  track(slot: number, arrivedNs: bigint): void {
    const expectedNs = this.startOf(slot);
    const errorNs = Number(arrivedNs - expectedNs);
    this.anchorSlot = slot;
    this.anchorNs =
      errorNs <= 0 || errorNs > this.periodNs / 2
        ? arrivedNs
        : expectedNs + BigInt(Math.round(errorNs * followShare));
  }
}

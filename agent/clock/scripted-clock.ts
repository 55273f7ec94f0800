import type { SlotClock, Tick } from "./slot-clock.ts";

/** The simulated twin of a clock: gives the ticks it was given, then ends. */
export class ScriptedClock implements SlotClock {
  private readonly ticks: Iterator<Tick>;
  private stopped = false;

  constructor(ticks: Iterable<Tick>) {
    this.ticks = ticks[Symbol.iterator]();
  }

  next(): Promise<Tick | undefined> {
    const step = this.stopped ? undefined : this.ticks.next();
    return Promise.resolve(step?.done === false ? step.value : undefined);
  }

  stop(): void {
    this.stopped = true;
  }
}

import type { Actuator, ReadBack } from "./actuator.ts";

/** The simulated twin of a device: keeps what it was told and confirms it at once. */
export class RecordingActuator implements Actuator {
  /** Every action put into force, oldest first, at most `kept` of them. */
  readonly records: ReadBack[] = [];
  private readonly kept: number;
  private pending: ReadBack | undefined;
  private held = false;

  constructor(kept = 1000) {
    this.kept = kept;
  }

  start(): Promise<void> {
    this.held = true;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.held = false;
    this.pending = undefined;
    return Promise.resolve();
  }

  apply(slot: number, action: Float64Array): Promise<void> {
    if (!this.held) return Promise.reject(new Error("the recording actuator is not started"));
    this.pending = { slot, applied: Float64Array.from(action) };
    this.records.push(this.pending);
    if (this.records.length > this.kept) this.records.shift();
    return Promise.resolve();
  }

  readBack(): ReadBack | undefined {
    const latest = this.pending;
    this.pending = undefined;
    return latest;
  }
}

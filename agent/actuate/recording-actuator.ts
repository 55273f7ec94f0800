import type { Actuator, ReadBack } from "./actuator.ts";
import { Confirmations } from "./confirmations.ts";

/** The simulated twin of a device: keeps what it was told and confirms it at once. */
export class RecordingActuator implements Actuator {
  /** Every action put into force, oldest first, at most `kept` of them. */
  readonly records: ReadBack[] = [];
  private readonly kept: number;
  private readonly confirmed = new Confirmations();
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
    this.confirmed.clear();
    return Promise.resolve();
  }

  apply(slot: number, action: Float64Array): Promise<void> {
    if (!this.held) return Promise.reject(new Error("the recording actuator is not started"));
    const record = { slot, applied: Float64Array.from(action) };
    this.confirmed.add(record);
    this.records.push(record);
    if (this.records.length > this.kept) this.records.shift();
    return Promise.resolve();
  }

  readBack(): ReadBack | undefined {
    return this.confirmed.take();
  }
}

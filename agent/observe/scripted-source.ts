import type { Tick } from "../clock/slot-clock.ts";
import type { ObservationSource, Reading } from "./observation-source.ts";

/** The simulated twin of a measurement: the reading of a slot is a function of its tick. */
export class ScriptedSource implements ObservationSource {
  private readonly script: (tick: Tick) => Reading | undefined | Promise<Reading | undefined>;

  constructor(script: (tick: Tick) => Reading | undefined | Promise<Reading | undefined>) {
    this.script = script;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async read(tick: Tick): Promise<Reading | undefined> {
    return await this.script(tick);
  }
}

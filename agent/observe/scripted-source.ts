import type { Tick } from "../clock/slot-clock.ts";
import type { ObservationSource, Reading } from "./observation-source.ts";

/** What a script says of a slot; the parts it leaves out did not come. */
export type ScriptedReading = Partial<Reading> | undefined;

/** The simulated twin of a measurement: the reading of a slot is a function of its tick. */
export class ScriptedSource implements ObservationSource {
  private readonly script: (tick: Tick) => ScriptedReading | Promise<ScriptedReading>;

  constructor(script: (tick: Tick) => ScriptedReading | Promise<ScriptedReading>) {
    this.script = script;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async read(tick: Tick): Promise<Reading> {
    return { observation: undefined, feedback: [], ...(await this.script(tick)) };
  }
}

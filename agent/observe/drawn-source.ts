import type { ObservationSource, Reading } from "./observation-source.ts";

/** Observations drawn as a system's model draws them, without a simulator and without feedback. */
export class DrawnSource implements ObservationSource {
  private readonly draw: () => Float64Array;

  constructor(draw: () => Float64Array) {
    this.draw = draw;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  read(): Promise<Reading> {
    return Promise.resolve({ observation: this.draw(), feedback: [] });
  }
}

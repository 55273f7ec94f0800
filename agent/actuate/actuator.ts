/** An action as the executor reports it, for comparison with the one commanded for that slot. */
export interface ReadBack {
  readonly slot: number;
  readonly applied: Float64Array;
}

/** Puts actions into force and proves it. */
export interface Actuator {
  /** Takes hold of the device and remembers what it found. */
  start(signal: AbortSignal): Promise<void>;
  /** Gives the device back as it was found. */
  stop(): Promise<void>;
  /** Puts an action, already inside the envelope, into force for a slot. */
  apply(slot: number, action: Float64Array): Promise<void>;
  /** The oldest action that the device has confirmed and that was not reported before, if any. */
  readBack(): ReadBack | undefined;
}

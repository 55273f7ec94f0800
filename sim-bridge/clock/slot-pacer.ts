/** Says when a simulator's slots end. */
export interface SlotPacer {
  /** Begins the first slot. */
  start(): void;
  /** Resolves when the current slot ends, with the whole slots skipped after it; undefined once aborted. */
  slotEnd(signal: AbortSignal): Promise<number | undefined>;
  /** Must be called when an agent joined, left or stepped, or a reset came. */
  changed(): void;
}

/** What the caps of one cpufreq policy can be, kHz. */
export interface FrequencyRange {
  readonly lowestKhz: number;
  readonly highestKhz: number;
  /** scaling_available_frequencies, rising; empty where the driver takes any value. */
  readonly tableKhz: readonly number[];
}

/** The cap of one policy as it was last asked for, what the kernel made of it, and what it is now. */
export interface CapState {
  readonly askedKhz: number | undefined;
  readonly answeredKhz: number | undefined;
  readonly currentKhz: number | undefined;
}

/** A cap to write for the policy of this index. */
export interface CapWrite {
  readonly policy: number;
  readonly khz: number;
}

/**
 * The cap for a share of the highest frequency: the table's entry at it or next below, its lowest
 * where none is; never outside the range.
 */
export function capOf({ lowestKhz, highestKhz, tableKhz }: FrequencyRange, share: number): number {
  const wanted = Math.floor(Math.max(lowestKhz, Math.min(highestKhz, share * highestKhz)));
  const possible = tableKhz.filter((khz) => khz >= lowestKhz && khz <= highestKhz);
  return possible.findLast((khz) => khz <= wanted) ?? possible[0] ?? wanted;
}

/** The kernel has answered the same request before, with what is in force now: asking again is idle. */
function answered({ askedKhz, answeredKhz, currentKhz }: CapState, khz: number): boolean {
  return askedKhz === khz && answeredKhz !== undefined && answeredKhz === currentKhz;
}

/** The fewest writes that turn the caps in force into the desired ones. */
export function planCaps(
  states: readonly CapState[],
  desiredKhz: readonly number[],
): readonly CapWrite[] {
  return desiredKhz.flatMap((khz, policy) => {
    const state = states[policy];
    const inForce = state?.currentKhz === khz || (state !== undefined && answered(state, khz));
    return inForce ? [] : [{ policy, khz }];
  });
}

/** Drivers keep whole dBm. */
const stepMbm = 100;

/**
 * The power for a share of the highest one in watts, mBm: 10 lg(share) dB below it, rounded down to
 * whole dBm; at least 0 dBm where the highest is above.
 */
export function powerOf(highestMbm: number, share: number): number {
  const wanted = highestMbm + 1e3 * Math.log10(share);
  const rounded = stepMbm * Math.floor(wanted / stepMbm + 1e-9);
  return Math.min(highestMbm, Math.max(0, rounded));
}

/** Two powers as the ratio of their watts. */
export function powerRatio(mbm: number, ofMbm: number): number {
  return 10 ** ((mbm - ofMbm) / 1e3);
}

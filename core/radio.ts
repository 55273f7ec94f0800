const kilohertzPerMegahertz = 1e3;

/** Path loss in dB at a distance in km: 128.1 + 37.6 lg d. */
export function pathLossDb(distanceKm: number): number {
  return 128.1 + 37.6 * Math.log10(distanceKm);
}

/** Equation (3): channel gain G = |h|² g, with g = 10^(−PL/10). */
export function channelGain(distanceKm: number, fadingPower: number): number {
  return fadingPower * 10 ** (-pathLossDb(distanceKm) / 10);
}

/** Power in mW of a level in dBm. */
export function milliwatts(dbm: number): number {
  return 10 ** (dbm / 10);
}

/**
 * Equations (4) and (5): Shannon rate in kbit/s over a share of the band in MHz;
 * noise fills the user's own share (A2).
 */
export function shannonRateKbitPerS(
  bandwidthMhz: number,
  gain: number,
  powerDbm: number,
  noisePsdDbmPerHz: number,
): number {
  const noiseMw = milliwatts(noisePsdDbmPerHz) * bandwidthMhz * 1e6;
  const snr = (gain * milliwatts(powerDbm)) / noiseMw;
  return bandwidthMhz * kilohertzPerMegahertz * Math.log2(1 + snr);
}

/** Of several readings of one setting the one furthest from the command: a lone deviation shows. */
export function furthest(commanded: number, ...readings: readonly number[]): number {
  const distance = (reading: number) => Math.abs(reading - commanded);
  return readings.reduce((far, reading) => (distance(reading) > distance(far) ? reading : far));
}

/**
 * Observations a model must answer with finite numbers before it may decide anything: nothing asked
 * for, every entry alone, and all entries together, from single units to 10^12 (cycles of a busy
 * slot), [probes][length].
 */
export function probeObservations(length: number): Float32Array[] {
  const probes = [new Float32Array(length)];
  for (let exponent = 0; exponent <= 12; exponent += 3) {
    const value = 10 ** exponent;
    probes.push(new Float32Array(length).fill(value));
    for (let entry = 0; entry < length; entry++) {
      const alone = new Float32Array(length);
      alone[entry] = value;
      probes.push(alone);
    }
  }
  return probes;
}

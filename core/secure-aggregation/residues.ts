/** Adds another vector of residues mod 2³² to this one. */
export function addTo(sum: Uint32Array, other: Uint32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (other[i] as number);
}

/** Takes another vector of residues mod 2³² from this one. */
export function takeFrom(sum: Uint32Array, other: Uint32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) - (other[i] as number);
}

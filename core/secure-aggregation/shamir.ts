import { inverse, multiply } from "./galois-field.ts";

/** What one holder has of a secret. */
export interface Share {
  /** Where the polynomials are taken: 1 to 255, another one for every holder. */
  readonly at: number;
  /** As many as the secret has. */
  readonly bytes: Uint8Array;
}

/**
 * Shamir's sharing (CACM 1979) of every byte in GF(2⁸): any `threshold` of the shares at 1 to `count`
 * give the secret, fewer tell nothing.
 *
 * @param count at most 255
 * @param randomBytes from a cryptographic source
 */
export function splitSecret(
  secret: Uint8Array,
  threshold: number,
  count: number,
  randomBytes: (length: number) => Uint8Array,
): Share[] {
  const coefficients = Array.from({ length: threshold - 1 }, () => randomBytes(secret.length));
  return Array.from({ length: count }, (_, holder) => {
    const at = holder + 1;
    const bytes = new Uint8Array(secret.length);
    for (const coefficient of [...coefficients, secret]) {
      for (let i = 0; i < bytes.length; i++) {
        bytes[i] = multiply(bytes[i] as number, at) ^ (coefficient[i] as number);
      }
    }
    return { at, bytes };
  });
}

/** What this share counts in the value at 0 of the polynomial through all: Lagrange's basis. */
function shareAtZero(share: Share, shares: readonly Share[]): number {
  return shares
    .filter(({ at }) => at !== share.at)
    .reduce((product, { at }) => multiply(product, multiply(at, inverse(at ^ share.at))), 1);
}

/** The secret that `threshold` shares, each taken elsewhere, are of; fewer or false ones give another. */
export function joinShares(shares: readonly Share[]): Uint8Array {
  const secret = new Uint8Array(shares[0]?.bytes.length ?? 0);
  for (const share of shares) {
    const factor = shareAtZero(share, shares);
    for (let i = 0; i < secret.length; i++) {
      secret[i] = (secret[i] as number) ^ multiply(share.bytes[i] as number, factor);
    }
  }
  return secret;
}

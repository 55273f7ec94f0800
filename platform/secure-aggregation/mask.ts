import { createCipheriv } from "node:crypto";
import { agreedSecret, type KeyPair } from "./key-agreement.ts";

/** Names what masks are for: they hold for one round. */
export interface RoundName {
  readonly federation: string;
  readonly round: number;
}

/** Every seed is used for one mask, so the counter may begin at zero. */
const counterStart = Buffer.alloc(16);

/** The mask that a seed of 32 bytes stands for: AES-256 in counter mode, as residues mod 2³². */
export function expandMask(seed: Uint8Array, count: number): Uint32Array {
  const zeros = new Uint8Array(count * Uint32Array.BYTES_PER_ELEMENT);
  const stream = createCipheriv("aes-256-ctr", seed, counterStart).update(zeros);
  return new Uint32Array(Uint8Array.from(stream).buffer);
}

/** The mask that two members have in common: one adds it, the other takes it off. */
export function pairwiseMask(
  own: KeyPair,
  peerKey: string,
  { federation, round }: RoundName,
  count: number,
): Uint32Array {
  return expandMask(agreedSecret(own, peerKey, `slotwise mask ${federation} ${round}`), count);
}

import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from "node:crypto";

/** X25519 keys (RFC 7748). */
export interface KeyPair {
  /** Any 32 bytes. */
  readonly privateKey: Uint8Array;
  /** 32 bytes in base64, as they travel. */
  readonly publicKey: string;
}

/** What stands before the 32 bytes in DER (RFC 8410). */
const privatePrefix = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicPrefix = Buffer.from("302a300506032b656e032100", "hex");

export const keyBytes = 32;

function privateKeyOf(bytes: Uint8Array): KeyObject {
  const key = Buffer.concat([privatePrefix, bytes]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

/** The pair that a private key belongs to. */
export function keyPairOf(privateKey: Uint8Array): KeyPair {
  const key = createPublicKey(privateKeyOf(privateKey));
  const bytes = key.export({ format: "der", type: "spki" }).subarray(-keyBytes);
  return { privateKey, publicKey: bytes.toString("base64") };
}

/**
 * The 32 bytes that two agree on, each with its private and the other's public key: HKDF-SHA256
 * (RFC 5869) of X25519, another one for every purpose.
 *
 * @throws Error when the public key is none, or of a small group
 */
export function agreedSecret(
  { privateKey }: KeyPair,
  publicKey: string,
  purpose: string,
): Uint8Array {
  const key = Buffer.concat([publicPrefix, Buffer.from(publicKey, "base64")]);
  const peer = createPublicKey({ key, format: "der", type: "spki" });
  const shared = diffieHellman({ privateKey: privateKeyOf(privateKey), publicKey: peer });
  return new Uint8Array(hkdfSync("sha256", shared, "", purpose, keyBytes));
}

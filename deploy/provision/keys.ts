import "reflect-metadata";
import type { webcrypto } from "node:crypto";
import { PemConverter } from "@peculiar/x509";

/** Everything here is signed with ECDSA on P-256 and SHA-256. */
export const signingAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const usages: webcrypto.KeyUsage[] = ["sign", "verify"];

export function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(signingAlgorithm, true, usages);
}

/** PKCS #8 in PEM. */
export async function privateKeyPem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const der = await crypto.subtle.exportKey("pkcs8", privateKey);
  return `${PemConverter.encode(der, "PRIVATE KEY")}\n`;
}

/** Both halves of a key that `privateKeyPem` wrote. */
export async function keysFromPem(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const [der] = PemConverter.decode(pem);
  if (der === undefined) throw new Error("no PEM block in the private key");
  const privateKey = await crypto.subtle.importKey("pkcs8", der, signingAlgorithm, true, ["sign"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", privateKey);
  const half = { kty, crv, x, y } as webcrypto.JsonWebKey;
  const publicKey = await crypto.subtle.importKey("jwk", half, signingAlgorithm, true, ["verify"]);
  return { privateKey, publicKey };
}

import { createCipheriv, createDecipheriv } from "node:crypto";

/** Every key seals one message, so the nonce may be the same. */
const nonce = Buffer.alloc(12);
const tagBytes = 16;

/** Encrypts and authenticates with AES-256-GCM; base64. */
export function seal(key: Uint8Array, plain: Uint8Array): string {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString("base64");
}

/**
 * The inverse of `seal`.
 *
 * @throws Error when it was sealed with another key, or changed
 */
export function unseal(key: Uint8Array, sealed: string): Uint8Array {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
}

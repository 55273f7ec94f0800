import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SlotwiseError } from "../core/errors.ts";

function readKey(path: string, parse: (pem: string) => KeyObject): KeyObject {
  const expected = `an Ed25519 key in PEM at ${path}`;
  const consequence = "nothing was started";
  let key: KeyObject;
  try {
    key = parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const facts = { expected, received: String(cause), consequence };
    throw new SlotwiseError("CONFIG_INVALID", facts, { cause });
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  const received = `a key of type ${key.asymmetricKeyType}`;
  throw new SlotwiseError("CONFIG_INVALID", { expected, received, consequence });
}

/**
 * Signs text with the private key of a PEM file; base64.
 *
 * @throws SlotwiseError CONFIG_INVALID when there is no Ed25519 key
 */
export function createSigner(path: string): (text: string) => string {
  const key = readKey(path, createPrivateKey);
  return (text) => sign(null, Buffer.from(text), key).toString("base64");
}

/**
 * Tells whether a signature of text is by the public key, or the certificate, of a PEM file.
 *
 * @throws SlotwiseError CONFIG_INVALID when there is no Ed25519 key
 */
function createVerifier(path: string): (text: string, signature: string) => boolean {
  const key = readKey(path, createPublicKey);
  return (text, signature) =>
    verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
}

/**
 * Tells whether an agent signed a text, whose public key or certificate is `NAME.pem` in a folder. It is
 * read at every text, so that keys can be changed and taken away at any time.
 */
export function createFolderVerifier(
  folder: string,
): (agent: string, text: string, signature: string | null) => boolean {
  return (agent, text, signature) => {
    const path = join(folder, `${agent}.pem`);
    if (signature === null || !existsSync(path)) return false;
    try {
      return createVerifier(path)(text, signature);
    } catch {
      return false;
    }
  };
}

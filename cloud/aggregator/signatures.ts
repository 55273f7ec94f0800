import { existsSync } from "node:fs";
import { join } from "node:path";
import { type FederationUpdateHeader, signedText } from "../../core/messages/federation-update.ts";
import { createVerifier } from "../../platform/update-signature.ts";

/**
 * Tells whether an update is signed by its agent, whose public key or certificate is `NAME.pem` in a
 * folder. It is read at every update, so that keys can be changed and taken away at any time.
 */
export function isSignedWithin(folder: string): (header: FederationUpdateHeader) => boolean {
  return (header) => {
    const path = join(folder, `${header.agent}.pem`);
    if (header.signature === null || !existsSync(path)) return false;
    try {
      return createVerifier(path)(signedText(header), header.signature);
    } catch {
      return false;
    }
  };
}

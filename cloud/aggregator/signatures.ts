import { type FederationKeys, signedKeysText } from "../../core/messages/federation-keys.ts";
import { type FederationUpdateHeader, signedText } from "../../core/messages/federation-update.ts";
import { createFolderVerifier } from "../../platform/update-signature.ts";

/** Tells whether what an agent sent is signed by it. */
export interface Signatures {
  readonly ofUpdate: (header: FederationUpdateHeader) => boolean;
  readonly ofKeys: (keys: FederationKeys) => boolean;
}

/** @param folder of `NAME.pem`, each agent's public key or certificate; null: nothing has to be signed */
export function signaturesWithin(folder: string | null): Signatures {
  if (folder === null) return { ofUpdate: () => true, ofKeys: () => true };
  const isSigned = createFolderVerifier(folder);
  return {
    ofUpdate: (header) => isSigned(header.agent, signedText(header), header.signature),
    ofKeys: (keys) => isSigned(keys.member.agent, signedKeysText(keys), keys.member.signature),
  };
}

import { createHash } from "node:crypto";
import type { Content } from "../core/messages/content.ts";
import type { ContentForm } from "../core/weights/encoding.ts";

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What a content's receiver is told of it. */
export function describeContent(
  encoding: ContentForm,
  bytes: Uint8Array,
  blockBytes: number,
): Content {
  return { encoding, sha256: sha256Of(bytes), bytes: bytes.byteLength, blockBytes };
}

/** Whether these are the bytes that were described. */
export function isContent({ sha256 }: Content, bytes: Uint8Array): boolean {
  return sha256Of(bytes) === sha256;
}

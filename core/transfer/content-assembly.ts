import type { Content } from "../messages/content.ts";

/** Blocks of a content. */
function blockCount({ bytes, blockBytes }: Content): number {
  return Math.ceil(bytes / blockBytes);
}

/** The bytes of one block; empty beyond the last. */
export function blockOf(bytes: Uint8Array, blockBytes: number, block: number): Uint8Array {
  return bytes.subarray(block * blockBytes, (block + 1) * blockBytes);
}

/** A content that comes block by block, in any order and more than once. */
export class ContentAssembly {
  readonly content: Content;
  private readonly bytes: Uint8Array;
  private readonly absent: Set<number>;

  constructor(content: Content) {
    this.content = content;
    this.bytes = new Uint8Array(content.bytes);
    this.absent = new Set(Array.from({ length: blockCount(content) }, (_, block) => block));
  }

  /** False, and nothing changes, for a block that is there, or is none of this content. */
  add(block: number, bytes: Uint8Array): boolean {
    const { blockBytes } = this.content;
    const place = blockOf(this.bytes, blockBytes, block);
    if (!this.absent.has(block) || bytes.byteLength !== place.byteLength) return false;
    place.set(bytes);
    this.absent.delete(block);
    return true;
  }

  /** The first blocks that are not there yet. */
  missing(most: number): number[] {
    const blocks: number[] = [];
    for (const block of this.absent) {
      if (blocks.length >= most) break;
      blocks.push(block);
    }
    return blocks;
  }

  /** Undefined until the last block is there. */
  get whole(): Uint8Array | undefined {
    return this.absent.size === 0 ? this.bytes : undefined;
  }
}

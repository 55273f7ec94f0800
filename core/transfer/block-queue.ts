/** A block that somebody waits for. */
export interface WantedBlock {
  readonly peer: string;
  readonly sha256: string;
  readonly block: number;
}

/** The blocks that peers have asked for, served in turns; the latest request of a peer is its only one. */
export class BlockQueue {
  private readonly maxPeers: number;
  private readonly wanted = new Map<string, WantedBlock[]>();

  constructor(maxPeers: number) {
    this.maxPeers = maxPeers;
  }

  ask(peer: string, sha256: string, blocks: readonly number[]): void {
    if (!this.wanted.has(peer) && this.wanted.size >= this.maxPeers) return;
    const unique = [...new Set(blocks)];
    this.wanted.set(
      peer,
      unique.map((block) => ({ peer, sha256, block })),
    );
  }

  next(): WantedBlock | undefined {
    const [first] = this.wanted;
    if (first === undefined) return undefined;
    const [peer, [block, ...rest]] = first;
    this.wanted.delete(peer);
    if (rest.length > 0) this.wanted.set(peer, rest);
    return block;
  }
}

import { BlockQueue, type WantedBlock } from "../../core/transfer/block-queue.ts";

/**
 * Sends the blocks that peers ask for one at a time, each when the connection has nothing else to say,
 * so that neither they nor what they would hold up take memory.
 */
export class BlockService {
  private readonly queue: BlockQueue;
  private readonly send: (wanted: WantedBlock) => boolean;
  private busy = false;

  /** @param send false where there is no such block */
  constructor(maxPeers: number, send: (wanted: WantedBlock) => boolean) {
    this.queue = new BlockQueue(maxPeers);
    this.send = send;
  }

  ask(peer: string, sha256: string, blocks: readonly number[]): void {
    this.queue.ask(peer, sha256, blocks);
    if (!this.busy) this.next();
  }

  /** The connection has sent all it had. */
  idle(): void {
    this.busy = false;
    this.next();
  }

  private next(): void {
    for (let wanted = this.queue.next(); wanted !== undefined; wanted = this.queue.next()) {
      this.busy = true;
      if (this.send(wanted)) return;
      this.busy = false;
    }
  }
}

import { federationGlobalRequestMessage } from "../../core/messages/federation-global-request.ts";
import type { WantedBlock } from "../../core/transfer/block-queue.ts";
import { BlockService } from "../../platform/mqtt/block-service.ts";
import type { Delivery, OutgoingMessage } from "../../platform/mqtt/outbox.ts";
import type { Downlink } from "./downlink.ts";
import { blockFor } from "./replies.ts";

/** Gives agents the blocks of global models that they ask for. */
export class GlobalBlocks {
  private readonly downlink: Downlink;
  private readonly send: (message: OutgoingMessage, delivery: Delivery) => void;
  private readonly service: BlockService;

  constructor(
    downlink: Downlink,
    maxAgents: number,
    send: (message: OutgoingMessage, delivery: Delivery) => void,
  ) {
    this.downlink = downlink;
    this.send = send;
    this.service = new BlockService(maxAgents, (wanted) => this.give(wanted));
  }

  /** @throws SlotwiseError MESSAGE_INVALID */
  asked(topic: string, payload: Uint8Array): void {
    const { sha256, blocks } = federationGlobalRequestMessage.decode(payload);
    this.service.ask(federationGlobalRequestMessage.agentOf(topic), sha256, blocks);
  }

  /** The connection has nothing else to send. */
  idle(): void {
    this.service.idle();
  }

  private give(wanted: WantedBlock): boolean {
    const bytes = this.downlink.block(wanted.sha256, wanted.block);
    if (bytes !== undefined) this.send(blockFor(wanted, bytes), "stream");
    return bytes !== undefined;
  }
}

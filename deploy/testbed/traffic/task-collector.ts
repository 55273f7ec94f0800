import { decodeHeader, type TaskPacket } from "./task-message.ts";

/** Messages of which some packet never came are given up on once so many others began after them. */
const openMessages = 4096;

/** Puts the packets of messages together; a task counts once its last byte is there. */
export class TaskCollector {
  private readonly missing = new Map<number, number>();
  private play = -1;

  /** The task that this datagram completes; anything else than a packet of a task is passed over. */
  take(bytes: Buffer): TaskPacket | undefined {
    const packet = decodeHeader(bytes);
    if (packet === undefined || packet.play < this.play) return undefined;
    if (packet.play > this.play) this.begin(packet.play);
    const missing = (this.missing.get(packet.task) ?? packet.packets) - 1;
    if (missing > 0) {
      this.missing.set(packet.task, missing);
      this.forget();
      return undefined;
    }
    this.missing.delete(packet.task);
    return packet;
  }

  private begin(play: number): void {
    this.play = play;
    this.missing.clear();
  }

  private forget(): void {
    if (this.missing.size <= openMessages) return;
    for (const oldest of this.missing.keys()) {
      this.missing.delete(oldest);
      return;
    }
  }
}

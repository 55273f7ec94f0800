import type { DelayReport } from "./protocol.ts";
import { decodeHeader, type TaskPacket } from "./task-message.ts";

interface Open {
  readonly packet: TaskPacket;
  missing: number;
}

/** Puts the packets of tasks together; a task counts once its last byte is there. */
export class TaskCollector {
  private phase = -1;
  private readonly open = new Map<number, Open>();
  private readonly slice: number[] = [];
  private readonly slot: number[] = [];
  private readonly delayMs: number[] = [];

  /** Takes a datagram in; anything else than a packet of a task is passed over. */
  take(bytes: Buffer, receivedNs: bigint): void {
    const packet = decodeHeader(bytes);
    if (packet === undefined || packet.phase < this.phase) return;
    if (packet.phase > this.phase) this.begin(packet.phase);
    const task = this.open.get(packet.task) ?? { packet, missing: packet.packets };
    task.missing--;
    if (task.missing > 0) {
      this.open.set(packet.task, task);
      return;
    }
    this.open.delete(packet.task);
    this.slice.push(packet.slice);
    this.slot.push(packet.slot);
    this.delayMs.push(Number(receivedNs - packet.createdNs) / 1e6);
  }

  report(phase: number): DelayReport {
    const there = phase === this.phase;
    return {
      type: "delays",
      phase,
      slice: there ? this.slice : [],
      slot: there ? this.slot : [],
      delayMs: there ? this.delayMs : [],
    };
  }

  private begin(phase: number): void {
    this.phase = phase;
    this.open.clear();
    this.slice.length = 0;
    this.slot.length = 0;
    this.delayMs.length = 0;
  }
}

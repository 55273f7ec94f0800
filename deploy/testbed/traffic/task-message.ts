import type { SlicingScenario } from "../../../core/slicing/scenario.ts";

/** A task as its packets name it, on the way up with x and on the way down with its result. */
export interface Task {
  /** Counts what is played; packets of an earlier play are late ones. */
  readonly play: number;
  readonly task: number;
  readonly slot: number;
  readonly slice: number;
  readonly accessPoint: number;
  /** Tasks that the users of this access point create for this slot. */
  readonly tasksInSlot: number;
  /** When the task was created, monotonic clock of the machine, ns. */
  readonly createdNs: bigint;
}

/** One packet of a message. */
export interface TaskPacket extends Task {
  /** Packets of the whole message. */
  readonly packets: number;
}

export const headerBytes = 32;
const magic = 0x736c7477;

/** Payload of a packet, bytes; fits an Ethernet frame, so nothing is fragmented. */
const maxPayloadBytes = 1400;

/** Bytes of a task's request x_i and of its result β x_i, for each slice. */
export function messageBytes(scenario: SlicingScenario): { up: number[]; down: number[] } {
  const bytes = (share: number) =>
    scenario.slices.map(({ uplinkKbit }) => Math.round((uplinkKbit * share * 1e3) / 8));
  return { up: bytes(1), down: bytes(scenario.resultRatio) };
}

/** Payload bytes of each packet of a message, headers of this format included. */
export function packetBytes(messageBytes: number): number[] {
  const packets = Math.max(1, Math.ceil(messageBytes / maxPayloadBytes));
  const each = Math.floor(messageBytes / packets);
  const sizes = Array.from({ length: packets }, () => each);
  sizes[0] = messageBytes - each * (packets - 1);
  return sizes.map((size) => Math.max(size, headerBytes));
}

export function encodeHeader(packet: TaskPacket): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(magic, 0);
  header.writeUInt32BE(packet.play, 4);
  header.writeUInt32BE(packet.task, 8);
  header.writeUInt32BE(packet.slot, 12);
  header.writeUInt8(packet.slice, 16);
  header.writeUInt8(packet.packets, 17);
  header.writeUInt16BE(packet.accessPoint, 18);
  header.writeUInt32BE(packet.tasksInSlot, 20);
  header.writeBigUInt64BE(packet.createdNs, 24);
  return header;
}

/** Undefined for anything that is not a packet of a task. */
export function decodeHeader(bytes: Buffer): TaskPacket | undefined {
  if (bytes.length < headerBytes || bytes.readUInt32BE(0) !== magic) return undefined;
  return {
    play: bytes.readUInt32BE(4),
    task: bytes.readUInt32BE(8),
    slot: bytes.readUInt32BE(12),
    slice: bytes.readUInt8(16),
    packets: bytes.readUInt8(17),
    accessPoint: bytes.readUInt16BE(18),
    tasksInSlot: bytes.readUInt32BE(20),
    createdNs: bytes.readBigUInt64BE(24),
  };
}

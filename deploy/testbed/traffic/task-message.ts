import type { SlicingScenario } from "../../../core/slicing/scenario.ts";

/** One packet of a task message. */
export interface TaskPacket {
  readonly phase: number;
  readonly task: number;
  readonly slot: number;
  readonly slice: number;
  /** Packets of the whole message. */
  readonly packets: number;
  /** When the task was created, monotonic clock of the machine, ns. */
  readonly createdNs: bigint;
}

export const headerBytes = 32;
const magic = 0x736c7477;

/** Payload of a packet, bytes; fits an Ethernet frame, so nothing is fragmented. */
const maxPayloadBytes = 1400;

/** Bytes of a task's message, x_i (1 + β), for each slice. */
export function messageBytes(scenario: SlicingScenario): number[] {
  return scenario.slices.map((slice) =>
    Math.round((slice.uplinkKbit * (1 + scenario.resultRatio) * 1e3) / 8),
  );
}

/** Payload bytes of each packet of a message, headers of this format included. */
export function packetBytes(messageBytes: number): number[] {
  const packets = Math.ceil(messageBytes / maxPayloadBytes);
  const each = Math.floor(messageBytes / packets);
  const sizes = Array.from({ length: packets }, () => each);
  sizes[0] = messageBytes - each * (packets - 1);
  return sizes.map((size) => Math.max(size, headerBytes));
}

export function encodeHeader(packet: TaskPacket): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(magic, 0);
  header.writeUInt32BE(packet.phase, 4);
  header.writeUInt32BE(packet.task, 8);
  header.writeUInt32BE(packet.slot, 12);
  header.writeUInt16BE(packet.slice, 16);
  header.writeUInt16BE(packet.packets, 18);
  header.writeBigUInt64BE(packet.createdNs, 20);
  return header;
}

/** Undefined for anything that is not a packet of a task. */
export function decodeHeader(bytes: Buffer): TaskPacket | undefined {
  if (bytes.length < headerBytes || bytes.readUInt32BE(0) !== magic) return undefined;
  return {
    phase: bytes.readUInt32BE(4),
    task: bytes.readUInt32BE(8),
    slot: bytes.readUInt32BE(12),
    slice: bytes.readUInt16BE(16),
    packets: bytes.readUInt16BE(18),
    createdNs: bytes.readBigUInt64BE(20),
  };
}

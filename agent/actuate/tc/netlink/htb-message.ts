import type { ClassChange } from "../class-change.ts";
import type { HtbClass } from "../htb-classes.ts";
import {
  attributesIn,
  encodeAttribute,
  encodeMessage,
  messageFlag,
  messageType,
} from "./rtnetlink.ts";

/** Attributes of linux/rtnetlink.h, linux/gen_stats.h and linux/pkt_sched.h. */
const attribute = { kind: 1, options: 2, stats2: 7 } as const;
const statistics = { basic: 1, queue: 3 } as const;
const htb = { parms: 1, rate64: 6, ceil64: 7 } as const;

const tcmsgBytes = 20;
/** struct tc_htb_opt: two tc_ratespec of 12, then buffer, cbuffer, quantum, level, prio. */
const parmsBytes = 44;
const rateSpec = 0;
const ceilSpec = 12;
const linkLayerEthernet = 1;
const kind = "htb\0";
const maxU32 = 0xffff_ffff;

/** TC_H_MAKE of an id such as `1:11`, whose halves are hexadecimal. */
function handleOf(classId: string): number {
  const [major = "", minor = ""] = classId.split(":");
  return Number.parseInt(major, 16) * 0x1_0000 + Number.parseInt(minor, 16);
}

function classIdOf(handle: number): string {
  return `${(handle >>> 16).toString(16)}:${(handle & 0xffff).toString(16)}`;
}

function tcmsg(interfaceIndex: number, handle: number, parent: number): Buffer {
  const message = Buffer.alloc(tcmsgBytes);
  message.writeInt32LE(interfaceIndex, 4);
  message.writeUInt32LE(handle, 8);
  message.writeUInt32LE(parent, 12);
  return message;
}

/** RTM_GETTCLASS: all classes of an interface. */
export function encodeClassDump(sequence: number, interfaceIndex: number): Buffer {
  return encodeMessage({
    type: messageType.getClass,
    flags: messageFlag.request | messageFlag.dump,
    sequence,
    body: tcmsg(interfaceIndex, 0, 0),
  });
}

/** As tc_calc_xmittime of iproute2: whole µs, then ticks of 64 ns; held to 32 bits, where tc wraps. */
function xmitTicks(bytes: number, bytesPerS: number): number {
  const ticks = Math.floor((Math.floor(1e6 * (bytes / bytesPerS)) * 1000) / 64);
  return Math.min(ticks, maxU32);
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** With the link layer named, the kernel asks for no rate table (sch_htb.c, htb_change_class). */
function writeRate(parms: Buffer, at: number, bytesPerS: number): void {
  parms.writeUInt8(linkLayerEthernet, at + 1);
  parms.writeUInt32LE(Math.min(bytesPerS, maxU32), at + 8);
}

/** RTM_NEWTCLASS of a class that is there: what `tc class change … htb` sends. */
export function encodeClassChange(
  sequence: number,
  interfaceIndex: number,
  change: ClassChange,
): Buffer {
  const rate = Math.floor(change.rateBitPerS / 8);
  const ceil = Math.floor(change.ceilBitPerS / 8);
  const parms = Buffer.alloc(parmsBytes);
  writeRate(parms, rateSpec, rate);
  writeRate(parms, ceilSpec, ceil);
  parms.writeUInt32LE(xmitTicks(change.burstBytes, rate), 24);
  parms.writeUInt32LE(xmitTicks(change.cburstBytes, ceil), 28);
  parms.writeUInt32LE(change.quantumBytes, 32);
  parms.writeUInt32LE(change.prio, 40);
  const options = [
    ...(rate > maxU32 ? [encodeAttribute(htb.rate64, u64(rate))] : []),
    ...(ceil > maxU32 ? [encodeAttribute(htb.ceil64, u64(ceil))] : []),
    encodeAttribute(htb.parms, parms),
  ];
  return encodeMessage({
    type: messageType.newClass,
    flags: messageFlag.request | messageFlag.ack,
    sequence,
    body: Buffer.concat([
      tcmsg(interfaceIndex, handleOf(change.classId), handleOf(change.parent)),
      encodeAttribute(attribute.kind, Buffer.from(kind)),
      encodeAttribute(attribute.options, Buffer.concat(options)),
    ]),
  });
}

function bitPerS(options: Map<number, Buffer>, spec: number, wide: number): number {
  const bytesPerS =
    options.get(wide)?.readBigUInt64LE() ?? options.get(htb.parms)?.readUInt32LE(spec + 8);
  return 8 * Number(bytesPerS);
}

/**
 * What a RTM_NEWTCLASS of a dump says of an HTB class; undefined of any other kind's.
 *
 * @param body what follows its nlmsghdr
 * @throws Error where it is cut short
 */
export function decodeClass(body: Buffer): { classId: string; found: HtbClass } | undefined {
  const attributes = attributesIn(body.subarray(tcmsgBytes));
  const options = attributes.get(attribute.options);
  if (attributes.get(attribute.kind)?.toString("latin1") !== kind || !options) return undefined;
  const settings = attributesIn(options);
  const counted = attributesIn(attributes.get(attribute.stats2) ?? Buffer.alloc(0));
  const basic = counted.get(statistics.basic);
  const queue = counted.get(statistics.queue);
  const found = {
    rateBitPerS: bitPerS(settings, rateSpec, htb.rate64),
    ceilBitPerS: bitPerS(settings, ceilSpec, htb.ceil64),
    sentBytes: Number(basic?.readBigUInt64LE() ?? 0),
    sentPackets: basic?.readUInt32LE(8) ?? 0,
    droppedPackets: queue?.readUInt32LE(8) ?? 0,
    backlogBytes: queue?.readUInt32LE(4) ?? 0,
    backlogPackets: queue?.readUInt32LE(0) ?? 0,
  };
  return { classId: classIdOf(body.readUInt32LE(8)), found };
}

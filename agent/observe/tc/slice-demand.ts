import type { HtbClass } from "../../actuate/tc/htb-classes.ts";

/** A class's counters at one instant, payload bits. */
export interface ClassLoad {
  readonly sentBits: number;
  readonly waitingBits: number;
  /** What was sent to the slice, dropped or not; undefined where nothing counts it. */
  readonly offeredBits?: number | undefined;
}

/** Payload bits of a class: what the kernel counts less the headers of its packets. */
export function classLoad(counters: HtbClass, headerBytesPerPacket: number): ClassLoad {
  const payloadBits = (bytes: number, packets: number) =>
    8 * Math.max(0, bytes - packets * headerBytesPerPacket);
  return {
    sentBits: payloadBits(counters.sentBytes, counters.sentPackets),
    waitingBits: payloadBits(counters.backlogBytes, counters.backlogPackets),
  };
}

/**
 * What a slice asks for in the slot that begins: the bits that arrived since the previous reading,
 * plus what is left of the queue from before it. Arrived = Δoffered where that is counted, else Δsent +
 * Δwaiting, which lacks what a full queue dropped; the queue is served in order, so max(arrived,
 * waiting) is both together.
 *
 * @param elapsedSlots slots since the previous reading; arrivals of skipped slots are averaged
 */
export function demandBits(before: ClassLoad, now: ClassLoad, elapsedSlots: number): number {
  const arrivedBits = offeredSince(before, now) ?? servedOrWaitingSince(before, now);
  return Math.max(arrivedBits / elapsedSlots, now.waitingBits);
}

function offeredSince(before: ClassLoad, now: ClassLoad): number | undefined {
  if (now.offeredBits === undefined) return undefined;
  return Math.max(0, now.offeredBits - (before.offeredBits ?? now.offeredBits));
}

function servedOrWaitingSince(before: ClassLoad, now: ClassLoad): number {
  const sentBits = Math.max(0, now.sentBits - before.sentBits);
  return Math.max(0, sentBits + now.waitingBits - before.waitingBits);
}

/** The load before a first reading: everything that waits now has just arrived. */
export function emptied(now: ClassLoad): ClassLoad {
  return { ...now, waitingBits: 0 };
}

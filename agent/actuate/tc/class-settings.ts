import type { ClassChange } from "./class-change.ts";
import { parseHtbClasses } from "./htb-classes.ts";

/** Everything `class change` sets of an HTB class, as `tc -raw -d class show` prints it. */
export interface ClassSettings {
  readonly parent: string;
  readonly prio: number;
  readonly quantumBytes: number;
  readonly rateBitPerS: number;
  readonly ceilBitPerS: number;
  /** As the kernel keeps them, 64 ns ticks. */
  readonly bufferTicks: number;
  readonly ceilBufferTicks: number;
}

/** PSCHED_SHIFT 6: a tick is 64 ns. tc takes times in whole µs. */
const ticksPerUs = 1000 / 64;

function after(line: string, word: string): string {
  return new RegExp(`\\b${word} \\[?(\\S+?)\\]?(?= |$)`).exec(line)?.[1] ?? "";
}

/** @throws Error where tc shows no such class, or not all of it */
export function parseClassSettings(text: string, classId: string): ClassSettings {
  const line = text.split("\n").find((found) => found.startsWith(`class htb ${classId} `)) ?? "";
  const { rateBitPerS = 0, ceilBitPerS = 0 } = parseHtbClasses(line).get(classId) ?? {};
  const settings = {
    parent: after(line, "parent"),
    prio: Number.parseInt(after(line, "prio"), 10),
    quantumBytes: Number.parseInt(after(line, "quantum"), 10),
    rateBitPerS,
    ceilBitPerS,
    bufferTicks: Number.parseInt(after(line, "buffer"), 16),
    ceilBufferTicks: Number.parseInt(after(line, "cbuffer"), 16),
  };
  if (line === "") throw new Error(`tc shows no HTB class ${classId}`);
  if (Object.values(settings).some((value) => value === "" || Number.isNaN(value))) {
    throw new Error(`tc shows no leaf in ${line}`);
  }
  return settings;
}

/**
 * The burst in bytes that tc turns into so many ticks. The one it prints is rounded down twice, and
 * giving it back would make the burst smaller each time.
 */
function burstOf(ticks: number, rateBitPerS: number): number {
  const burstUs = Math.ceil(ticks / ticksPerUs);
  return Math.ceil((burstUs * rateBitPerS) / 8e6 - 1e-6);
}

/** The change that gives a class all of these settings. */
export function changeTo(settings: ClassSettings, classId: string): ClassChange {
  const { parent, prio, quantumBytes, rateBitPerS, ceilBitPerS } = settings;
  const burstBytes = burstOf(settings.bufferTicks, rateBitPerS);
  const cburstBytes = burstOf(settings.ceilBufferTicks, ceilBitPerS);
  return { classId, parent, prio, rateBitPerS, ceilBitPerS, burstBytes, cburstBytes, quantumBytes };
}

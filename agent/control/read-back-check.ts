import type { ReadBack } from "../actuate/actuator.ts";
import type { Fault, ReadBackCheck } from "./slot-outcome.ts";

/** Commands are remembered this long for confirmations that come later. */
const rememberedSlots = 64;

/** None where they match. */
export function mismatchOf({ slot, commanded, confirmed, matches }: ReadBackCheck): Fault[] {
  if (matches) return [];
  const reason = `slot ${slot} commanded ${commanded.join(" ")}, is ${confirmed.join(" ")}`;
  return [{ verb: "read-back", reason }];
}

/** Compares what a device confirms with what was commanded for the same slot. */
export class CommandLog {
  private readonly tolerance: number;
  private readonly slots = new Float64Array(rememberedSlots).fill(-1);
  private readonly actions: (Float64Array | undefined)[] = [];

  /** `tolerance` is relative to the commanded value of each entry. */
  constructor(tolerance: number) {
    this.tolerance = tolerance;
  }

  record(slot: number, action: Float64Array): void {
    this.slots[slot % rememberedSlots] = slot;
    this.actions[slot % rememberedSlots] = action;
  }

  /** Undefined where no command of that slot is remembered. */
  check({ slot, applied: confirmed }: ReadBack): ReadBackCheck | undefined {
    const commanded = this.actions[slot % rememberedSlots];
    if (commanded === undefined || this.slots[slot % rememberedSlots] !== slot) return undefined;
    const matches =
      confirmed.length === commanded.length &&
      commanded.every((value, i) => this.close(value, confirmed[i] as number));
    return { slot, commanded, confirmed, matches };
  }

  private close(commanded: number, confirmed: number): boolean {
    return Math.abs(confirmed - commanded) <= this.tolerance * Math.abs(commanded);
  }
}

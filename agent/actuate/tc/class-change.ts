/** All that a change gives an HTB class; what `tc` is not told it sets to a default. */
export interface ClassChange {
  readonly classId: string;
  readonly parent: string;
  readonly prio: number;
  readonly rateBitPerS: number;
  readonly ceilBitPerS: number;
  readonly burstBytes: number;
  readonly cburstBytes: number;
  readonly quantumBytes: number;
}

/** The change as a line of `tc -batch`, and as the words behind `tc`. */
export function changeLine(device: string, change: ClassChange): string {
  const { classId, parent, prio, rateBitPerS, ceilBitPerS } = change;
  return (
    `class change dev ${device} parent ${parent} classid ${classId} htb ` +
    `prio ${prio} rate ${rateBitPerS}bit ceil ${ceilBitPerS}bit ` +
    `burst ${change.burstBytes} cburst ${change.cburstBytes} quantum ${change.quantumBytes}`
  );
}

import type { ClassChange } from "./class-change.ts";

/** Rate and ceil of one class, bit/s. */
export interface ClassRate {
  readonly rateBitPerS: number;
  readonly ceilBitPerS: number;
}

/** What the writes of one HTB hierarchy share. */
export interface HtbHierarchy {
  /** Where each slice's class is and stays. */
  readonly places: readonly Pick<ClassChange, "classId" | "parent" | "prio">[];
  readonly burstBytes: number;
  readonly quantumBytes: number;
}

/** tc prints four digits of a rate at the least; closer than that is the same rate. */
const printResolution = 1e-3;

const bitPerKbit = 1e3;

/**
 * The rate of each slice for its bandwidth blocks: blocks × link / budget, whole kbit/s so that tc
 * prints it back exactly; rate = ceil, so no slice borrows from another.
 */
export function ratesOf(
  bandwidthBlocks: ArrayLike<number>,
  linkKbitPerS: number,
  budgetBlocks: number,
): ClassRate[] {
  return Array.from(bandwidthBlocks, (blocks) => {
    const kbit = Math.max(1, Math.floor((blocks * linkKbitPerS) / budgetBlocks + 1e-9));
    return { rateBitPerS: kbit * bitPerKbit, ceilBitPerS: kbit * bitPerKbit };
  });
}

function close(current: number, desired: number): boolean {
  return Math.abs(current - desired) <= printResolution * desired;
}

function isInForce(current: ClassRate | undefined, desired: ClassRate): boolean {
  return (
    current !== undefined &&
    close(current.rateBitPerS, desired.rateBitPerS) &&
    close(current.ceilBitPerS, desired.ceilBitPerS)
  );
}

function changeOf(hierarchy: HtbHierarchy, slice: number, rate: ClassRate): ClassChange {
  const { places, quantumBytes, burstBytes } = hierarchy;
  const { classId, parent, prio } = places[slice] as HtbHierarchy["places"][number];
  return {
    ...{ classId, parent, prio },
    ...rate,
    burstBytes,
    cburstBytes: burstBytes,
    quantumBytes,
  };
}

/**
 * The fewest changes that turn the rates in force into the desired ones; none where they already
 * are. Slices that give way come first, so the sum never exceeds the larger of both.
 *
 * @param current rates in force by slice; undefined where they are not known
 */
export function plan(
  hierarchy: HtbHierarchy,
  current: readonly (ClassRate | undefined)[],
  desired: readonly ClassRate[],
): ClassChange[] {
  return desired
    .map((rate, slice) => ({
      rate,
      slice,
      inForce: isInForce(current[slice], rate),
      risesBitPerS: rate.rateBitPerS - (current[slice]?.rateBitPerS ?? 0),
    }))
    .filter(({ inForce }) => !inForce)
    .sort((a, b) => a.risesBitPerS - b.risesBitPerS)
    .map(({ slice, rate }) => changeOf(hierarchy, slice, rate));
}

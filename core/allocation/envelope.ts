import { minBlocks } from "./allocation.ts";

/** A proposal brought inside its limits, or refused because no action can be read from it. */
export type Bounded =
  | { readonly usable: true; readonly action: Float64Array; readonly altered: boolean }
  | { readonly usable: false; readonly reason: "wrong-length" | "non-finite" };

/** What stands between a proposal and the device: pure, deterministic, the same for every policy. */
export interface Envelope {
  /** Length of an action. */
  readonly length: number;
  /** The change from one action to the next is limited. */
  readonly slewLimited: boolean;
  /**
   * `previous` is the action last put into force; it bounds the change where a slew limit is set.
   * `observation` is the last known one, for limits that depend on it.
   */
  bound(proposal: ArrayLike<number>, previous?: Float64Array, observation?: Float64Array): Bounded;
}

export interface AllocationLimits {
  /** Slices in each half of an allocation. */
  readonly slices: number;
  /** Block budget of each half: [bandwidth, compute]. */
  readonly budgets: readonly number[];
  /** Largest change of a slice's blocks from one slot to the next; null leaves it free. */
  readonly slewBlocks: number | null;
  /** Blocks of a slice at least; 1 when left out. */
  readonly fewestBlocks?: number;
  /** Blocks of a slice at most; what the others leave when left out or null. */
  readonly mostBlocks?: number | null;
  /** A half in which no slice is to change by more keeps what it has; 0 when left out. */
  readonly deadbandBlocks?: number;
}

/** Why no action can be read from a proposal; undefined where one can. */
export function refusal(
  proposal: ArrayLike<number> | null | undefined,
  length: number,
): Bounded | undefined {
  if (proposal?.length !== length) return { usable: false, reason: "wrong-length" };
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(proposal[i])) return { usable: false, reason: "non-finite" };
  }
  return undefined;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** Takes one block at a time from the largest holder above its floor, the first of equals. */
function takeExcess(half: Float64Array, floors: Float64Array, budget: number): void {
  let excess = half.reduce((sum, blocks) => sum + blocks, 0) - budget;
  for (; excess > 0; excess--) {
    let largest = -1;
    for (let i = 0; i < half.length; i++) {
      const above = (half[i] as number) > (floors[i] as number);
      if (above && (largest < 0 || (half[i] as number) > (half[largest] as number))) largest = i;
    }
    half[largest] = (half[largest] as number) - 1;
  }
}

/** Puts back what it was where no slice changes by more than the deadband. */
function keepWithin(half: Float64Array, previous: Float64Array, deadbandBlocks: number): void {
  const moved = half.some(
    (blocks, i) => Math.abs(blocks - (previous[i] as number)) > deadbandBlocks,
  );
  if (!moved) half.set(previous);
}

/**
 * The envelope of block allocations: whole blocks, every slice within its limits, each half within
 * its budget, no change above the slew limit nor within the deadband. A proposal inside is passed as
 * it is; another is rounded, clamped, then relieved of its excess block by block, largest first.
 *
 * `previous` must itself be inside; then a slew limit always leaves a solution.
 */
export function createAllocationEnvelope(limits: AllocationLimits): Envelope {
  const { slices, budgets, slewBlocks, fewestBlocks = minBlocks, deadbandBlocks = 0 } = limits;
  const length = slices * budgets.length;
  const boundHalf = (half: Float64Array, budget: number, previous: Float64Array | undefined) => {
    const floors = new Float64Array(slices).fill(fewestBlocks);
    const most = Math.min(limits.mostBlocks ?? Infinity, budget - (slices - 1) * fewestBlocks);
    for (let i = 0; i < slices; i++) {
      const before = previous?.[i];
      const free = slewBlocks === null || before === undefined;
      if (!free) floors[i] = Math.max(fewestBlocks, before - slewBlocks);
      const ceiling = free ? most : Math.min(most, before + slewBlocks);
      half[i] = clamp(Math.round(half[i] as number), floors[i] as number, ceiling);
    }
    takeExcess(half, floors, budget);
    if (previous !== undefined) keepWithin(half, previous, deadbandBlocks);
  };
  const bound = (proposal: ArrayLike<number>, previous?: Float64Array): Bounded => {
    const refused = refusal(proposal, length);
    if (refused !== undefined) return refused;
    const action = Float64Array.from(proposal);
    for (const [h, budget] of budgets.entries()) {
      const [from, to] = [h * slices, (h + 1) * slices];
      boundHalf(action.subarray(from, to), budget, previous?.subarray(from, to));
    }
    const altered = action.some((blocks, i) => blocks !== proposal[i]);
    return { usable: true, action, altered };
  };
  return { length, slewLimited: slewBlocks !== null, bound };
}

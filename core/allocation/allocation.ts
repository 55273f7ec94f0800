/**
 * Blocks per slice: [f^B_1 … f^B_I, f^C_1 … f^C_I], bandwidth before compute.
 * Every f is a positive integer; each half sums to at most its budget (constraints of (8)).
 */
export type Allocation = Float64Array;

/**
 * What an access point asks for: per slice Σ(x + y) in bits, then Σ s in cycles,
 * [bits_1 … bits_I, cycles_1 … cycles_I].
 */
export type Observation = Float64Array;

/** The blocks of one half of an allocation that every slice gets at least. */
export const minBlocks = 1;

/** A source of uniform numbers, passed to whatever needs chance. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
}

/** A source that can go on later from where it was. */
export interface SeededRandom extends Random {
  /** Four unsigned 32-bit integers. */
  state(): number[];
  restore(state: readonly number[]): void;
}

function splitMix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/**
 * xoshiro128** (Blackman and Vigna, 2018), seeded by SplitMix32.
 * `stream` separates independent sequences under one seed.
 */
export function createRandom(seed: number, stream = 0): SeededRandom {
  const mix = splitMix32(seed ^ Math.imul(stream + 1, 0x85ebca6b));
  let a = mix();
  let b = mix();
  let c = mix();
  let d = mix();
  const rotl = (x: number, k: number) => (x << k) | (x >>> (32 - k));
  const next32 = () => {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return result;
  };
  const uniform = () => ((next32() >>> 6) * 0x8000000 + (next32() >>> 5)) / 0x20000000000000;
  return {
    uniform,
    integer: (bound) => Math.floor(uniform() * bound),
    state: () => [a, b, c, d].map((word) => word >>> 0),
    restore: (state) => {
      [a, b, c, d] = state as [number, number, number, number];
    },
  };
}

/** A draw from Exp(1): the power of a unit Rayleigh fade. */
export function exponential(random: Random): number {
  return -Math.log1p(-random.uniform());
}

/** A draw from N(0, 1), by Box and Muller. */
export function standardNormal(random: Random): number {
  return Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * random.uniform());
}

/** A draw from the Poisson distribution: unit-rate exponentials that fit into `mean`. */
export function poisson(mean: number, random: Random): number {
  let count = 0;
  for (let rest = mean - exponential(random); rest > 0; rest -= exponential(random)) count++;
  return count;
}

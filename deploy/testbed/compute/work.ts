/** A loop that no compiler leaves out: xorshift32 (Marsaglia, 2003). */
function spin(iterations: number): number {
  let x = 2_463_534_242 | 0;
  for (let i = 0; i < iterations; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}

/**
 * Work between two looks at this process's CPU time. The look makes the kernel settle the time used
 * with the cgroup's quota, which it would else do only at its next tick: 4 ms at 250 Hz.
 */
const chunkMs = 0.05;

const rounds = 20;
const roundIterations = 5_000_000;

/** CPU time of this process, ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

/** Executes so many milliseconds of work on a CPU that makes so many iterations in each. */
export function work(durationMs: number, iterationsPerMs: number): void {
  const chunk = chunkMs * iterationsPerMs;
  for (let left = durationMs * iterationsPerMs; left > 0; left -= chunk) {
    spin(Math.min(left, chunk));
    process.cpuUsage();
  }
}

/** Iterations of a millisecond of CPU time: the median of rounds, the first ones left out. */
export function calibrate(): number {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const beforeMs = cpuMs();
    spin(roundIterations);
    if (round >= rounds / 4) rates.push(roundIterations / (cpuMs() - beforeMs));
  }
  return rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)] as number;
}

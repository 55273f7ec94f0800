/** Does one unit of work after the other; each runner works beside the others. */
export interface UnitRunner<Unit, Result> {
  run(unit: Unit): Promise<Result>;
  close(): Promise<void>;
}

/**
 * Gives every runner the next unit as soon as it is free. Results come in the order of the units,
 * whoever did them. An aborted signal ends it after the units under way.
 *
 * @throws whatever a unit throws, after the units under way
 */
export async function runUnits<Unit, Result>(
  units: readonly Unit[],
  runners: readonly UnitRunner<Unit, Result>[],
  onDone: (done: number) => void,
  signal: AbortSignal,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let done = 0;
  let failed = false;
  const work = async (runner: UnitRunner<Unit, Result>) => {
    while (next < units.length && !failed) {
      signal.throwIfAborted();
      const index = next++;
      try {
        results[index] = await runner.run(units[index] as Unit);
      } catch (error) {
        failed = true;
        throw error;
      }
      onDone(++done);
    }
  };
  const outcomes = await Promise.allSettled(runners.map(work));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return results;
}

/** Does one unit of work after the other; each runner works beside the others. */
export interface UnitRunner<Unit, Result> {
  /** @param onProgress told the share of the unit that is done, where the unit can tell */
  run(unit: Unit, onProgress?: (share: number) => void): Promise<Result>;
  close(): Promise<void>;
  /** What results that were kept from an earlier run took then, s. */
  readonly savedS?: number;
}

/**
 * Gives every runner the next unit as soon as it is free. Results come in the order of the units,
 * whoever did them. An aborted signal ends it after the units under way.
 *
 * @param onDone told how many units are done, with the shares of those under way
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
  const underWay = new Map<number, number>();
  const total = () => [...underWay.values()].reduce((sum, share) => sum + share, done);
  const work = async (runner: UnitRunner<Unit, Result>) => {
    while (next < units.length && !failed) {
      signal.throwIfAborted();
      const index = next++;
      try {
        results[index] = await runner.run(units[index] as Unit, (share) => {
          underWay.set(index, share);
          onDone(total());
        });
      } catch (error) {
        failed = true;
        throw error;
      }
      underWay.delete(index);
      done++;
      onDone(total());
    }
  };
  const outcomes = await Promise.allSettled(runners.map(work));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return results;
}

import { type SiteResult, type SiteRun, trainSites } from "./train-sites.ts";
import { runUnits, type UnitRunner } from "./units/run-units.ts";
import { WorkerRunner } from "./units/worker-runner.ts";

/** Seeds dealt out to so many jobs, neighbours together. */
function shares(seeds: readonly number[], jobs: number): number[][] {
  const size = Math.ceil(seeds.length / jobs);
  return Array.from({ length: Math.ceil(seeds.length / size) }, (_, j) =>
    seeds.slice(j * size, (j + 1) * size),
  );
}

/**
 * Trains the seeds of a run, each job's share side by side in a thread of its own; a single job runs
 * in this one. What a seed learns does not depend on the number of jobs.
 *
 * @param onProgress told the share of all episodes that is done
 */
export async function runSeeds(
  run: SiteRun,
  jobs: number,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<SiteResult[]> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const stopped = () => Atomics.load(stop, 0) === 1;
  const end = () => Atomics.store(stop, 0, 1);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const units = shares(run.options.seeds, jobs).map((seeds) => ({
    ...run,
    options: { ...run.options, seeds },
  }));
  const script = new URL("./training-worker.js", import.meta.url);
  const runners: UnitRunner<SiteRun, SiteResult[]>[] =
    units.length === 1
      ? [
          {
            run: (unit, onEpisode = () => undefined) => trainSites(unit, { stopped, onEpisode }),
            close: () => Promise.resolve(),
          },
        ]
      : units.map(() => new WorkerRunner(script, stop));
  try {
    const never = new AbortController().signal;
    const results = await runUnits(
      units,
      runners,
      (done) => onProgress(done / units.length),
      never,
    );
    return results.flat();
  } finally {
    signal.removeEventListener("abort", end);
    for (const runner of runners) await runner.close();
  }
}

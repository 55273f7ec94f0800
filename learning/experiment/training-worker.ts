import { workerData } from "node:worker_threads";
import { type SiteResult, type SiteRun, trainSites } from "./train-sites.ts";
import { serveUnits } from "./units/serve-units.ts";

/** Shared with the thread that started this one: its first element is 1 once the run is to end. */
const stop = workerData as Int32Array;

serveUnits<SiteRun, SiteResult[]>({
  run: (run, onProgress = () => undefined) =>
    trainSites(run, { stopped: () => Atomics.load(stop, 0) === 1, onEpisode: onProgress }),
});

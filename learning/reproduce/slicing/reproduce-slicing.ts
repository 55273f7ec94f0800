import { join } from "node:path";
import type { UnitRunner } from "../../experiment/units/run-units.ts";
import { WorkerRunner } from "../../experiment/units/worker-runner.ts";
import type { Experiment } from "../experiment.ts";
import type { FigureRecord } from "../figure-file.ts";
import { type OnProgress, reproduce } from "../reproduce.ts";
import { CachedRunner } from "../unit-cache.ts";
import { accessPointsExperiment } from "./access-points.ts";
import { encodingsExperiment } from "./encodings.ts";
import { reproductionLearner } from "./learner.ts";
import { learningExperiment } from "./learning.ts";
import type { SlicingSettings } from "./settings.ts";
import { type SlicingResult, type SlicingUnit, slicingRunner } from "./slicing-runner.ts";
import { studies } from "./studies.ts";
import { studyExperiment } from "./study.ts";

const experiments: readonly Experiment<SlicingSettings, SlicingUnit, SlicingResult>[] = [
  learningExperiment,
  accessPointsExperiment,
  ...studies.map(studyExperiment),
  encodingsExperiment,
];

export const slicingFigures: readonly number[] = experiments
  .flatMap((experiment) => experiment.figures)
  .sort((a, b) => a - b);

export interface SlicingReproduction {
  readonly settings: SlicingSettings;
  readonly figures: readonly number[];
  readonly directory: string;
  /** Worker threads; with one everything runs in this thread. */
  readonly jobs: number;
  /** Keeps figures that are there from the same settings, and trainings that were done. */
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Trainings that are done, for a run that is cut off; not part of the results. */
const unitsDirectory = ".units";

function openRunners(options: SlicingReproduction): UnitRunner<SlicingUnit, SlicingResult>[] {
  const { jobs, directory, resume } = options;
  const script = new URL("./slicing-worker.js", import.meta.url);
  const plain = (): UnitRunner<SlicingUnit, SlicingResult> =>
    jobs === 1 ? slicingRunner : new WorkerRunner(script, null);
  return Array.from(
    { length: jobs },
    () => new CachedRunner(plain(), join(directory, unitsDirectory), resume),
  );
}

/** Runs the chosen figures and studies of the slicing paper, as `reproduce` does. */
export function reproduceSlicing(options: SlicingReproduction): Promise<FigureRecord[]> {
  const { settings, figures, directory, resume, signal, onProgress } = options;
  return reproduce({
    experiments,
    settings,
    recorded: { ...settings, learner: reproductionLearner },
    figures,
    directory,
    resume,
    signal,
    onProgress,
    openRunners: () => openRunners(options),
  });
}

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { runUnits, type UnitRunner } from "../../experiment/units/run-units.ts";
import { WorkerRunner } from "../../experiment/units/worker-runner.ts";
import { type FigureRecord, readFigures, writeFigure } from "../figure-file.ts";
import { courseExperiment } from "./course.ts";
import { demandExperiment } from "./demand.ts";
import {
  type EnergyResult,
  EnergyRunner,
  type EnergyUnit,
  type PolicyFiles,
} from "./energy-runner.ts";
import type { Experiment } from "./experiment.ts";
import type { EnergySettings } from "./settings.ts";
import { stepsExperiment } from "./steps.ts";
import { tasksExperiment } from "./tasks.ts";
import { trainingExperiment } from "./training.ts";

type AnyExperiment = Experiment<EnergyUnit, EnergyResult>;

/** Cheapest figure first. */
const experiments: readonly AnyExperiment[] = [
  courseExperiment,
  demandExperiment,
  stepsExperiment,
  tasksExperiment,
  trainingExperiment,
];

export const energyFigures: readonly number[] = experiments
  .flatMap((experiment) => experiment.figures)
  .sort((a, b) => a - b);

export interface EnergyReproduction {
  readonly settings: EnergySettings;
  readonly figures: readonly number[];
  readonly directory: string;
  readonly policies: PolicyFiles;
  /** Worker threads; with one everything runs in this thread. */
  readonly jobs: number;
  /** Keeps figures that are there from the same settings. */
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (figures: readonly number[], done: number, total: number) => void;
}

async function policyHash(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}

/** Everything the numbers depend on that is not in the sources. */
async function recordedSettings({ settings, policies }: EnergyReproduction): Promise<unknown> {
  return {
    ...settings,
    policySha256: { DQL: await policyHash(policies.DQL), DDQL: await policyHash(policies.DDQL) },
  };
}

function openRunners({ jobs, policies }: EnergyReproduction) {
  if (jobs === 1) return [new EnergyRunner(policies)];
  const script = new URL("./energy-worker.js", import.meta.url);
  return Array.from(
    { length: jobs },
    () => new WorkerRunner<EnergyUnit, EnergyResult>(script, policies),
  );
}

async function runExperiment(
  experiment: AnyExperiment,
  runners: readonly UnitRunner<EnergyUnit, EnergyResult>[],
  options: EnergyReproduction,
  recorded: unknown,
): Promise<void> {
  const { settings, figures, directory, signal, onProgress } = options;
  const startedMs = performance.now();
  const wanted = experiment.figures.filter((figure) => figures.includes(figure));
  const units = experiment.units(settings);
  onProgress(wanted, 0, units.length);
  const results = await runUnits(
    units,
    runners,
    (done) => onProgress(wanted, done, units.length),
    signal,
  );
  const drawn = experiment
    .draw(settings, units, results)
    .filter((figure) => wanted.includes(figure.number));
  const durationS = (performance.now() - startedMs) / 1e3 / drawn.length;
  for (const figure of drawn)
    await writeFigure(directory, figure, { settings: recorded, durationS });
}

/**
 * Runs the chosen figures and writes each as soon as it is done.
 *
 * @returns the records of all figures in the directory, those of earlier runs included
 * @throws the signal's reason when it aborts
 */
export async function reproduceEnergy(options: EnergyReproduction): Promise<FigureRecord[]> {
  const { figures, directory, resume } = options;
  const recorded = await recordedSettings(options);
  const there = resume ? await readFigures(directory) : [];
  const isThere = (figure: number) =>
    there.some((r) => r.figure === figure && isDeepStrictEqual(r.settings, recorded));
  const todo = experiments.filter((experiment) =>
    experiment.figures.some((figure) => figures.includes(figure) && !isThere(figure)),
  );
  const runners = todo.length === 0 ? [] : openRunners(options);
  try {
    for (const experiment of todo) await runExperiment(experiment, runners, options, recorded);
  } finally {
    for (const runner of runners) await runner.close();
  }
  return await readFigures(directory);
}

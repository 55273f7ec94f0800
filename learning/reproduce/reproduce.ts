import { isDeepStrictEqual } from "node:util";
import { runUnits, type UnitRunner } from "../experiment/units/run-units.ts";
import type { Experiment } from "./experiment.ts";
import { type FigureRecord, readFigures, writeFigure } from "./figure-file.ts";

/** Told which figures are under way, and how many of their units are done. */
export type OnProgress = (figures: readonly number[], done: number, total: number) => void;

/** What a reproduction of one paper is made of, and what of it is wanted. */
export interface Reproduction<Settings, Unit, Result> {
  readonly experiments: readonly Experiment<Settings, Unit, Result>[];
  readonly settings: Settings;
  /** All that the numbers depend on that is not in the sources. */
  readonly recorded: unknown;
  readonly figures: readonly number[];
  readonly directory: string;
  /** Keeps figures that are there from the same settings. */
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  openRunners(): readonly UnitRunner<Unit, Result>[];
}

function savedS(runners: readonly Pick<UnitRunner<never, unknown>, "savedS">[]): number {
  return runners.reduce((sum, runner) => sum + (runner.savedS ?? 0), 0);
}

async function runExperiment<Settings, Unit, Result>(
  experiment: Experiment<Settings, Unit, Result>,
  runners: readonly UnitRunner<Unit, Result>[],
  reproduction: Reproduction<Settings, Unit, Result>,
): Promise<void> {
  const { settings, recorded, figures, directory, signal, onProgress } = reproduction;
  const startedMs = performance.now();
  const savedBeforeS = savedS(runners);
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
  const wallS = (performance.now() - startedMs) / 1e3;
  const keptS = (savedS(runners) - savedBeforeS) / runners.length;
  const durationS = (wallS + keptS) / drawn.length;
  for (const figure of drawn) {
    await writeFigure(directory, figure, { settings: recorded, durationS });
  }
}

/**
 * Runs the chosen figures and writes each as soon as it is done.
 *
 * @returns the records of all figures in the directory, those of earlier runs included
 * @throws the signal's reason when it aborts
 */
export async function reproduce<Settings, Unit, Result>(
  reproduction: Reproduction<Settings, Unit, Result>,
): Promise<FigureRecord[]> {
  const { experiments, figures, directory, resume, recorded } = reproduction;
  const there = resume ? await readFigures(directory) : [];
  const isThere = (figure: number) =>
    there.some((r) => r.figure === figure && isDeepStrictEqual(r.settings, recorded));
  const todo = experiments.filter((experiment) =>
    experiment.figures.some((figure) => figures.includes(figure) && !isThere(figure)),
  );
  const runners = todo.length === 0 ? [] : reproduction.openRunners();
  try {
    for (const experiment of todo) await runExperiment(experiment, runners, reproduction);
  } finally {
    for (const runner of runners) await runner.close();
  }
  return await readFigures(directory);
}

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { WorkerRunner } from "../../experiment/units/worker-runner.ts";
import type { Experiment } from "../experiment.ts";
import type { FigureRecord } from "../figure-file.ts";
import { type OnProgress, reproduce } from "../reproduce.ts";
import { courseExperiment } from "./course.ts";
import { demandExperiment } from "./demand.ts";
import {
  type EnergyResult,
  EnergyRunner,
  type EnergyUnit,
  type PolicyFiles,
} from "./energy-runner.ts";
import type { EnergySettings } from "./settings.ts";
import { stepsExperiment } from "./steps.ts";
import { tasksExperiment } from "./tasks.ts";
import { trainingExperiment } from "./training.ts";

/** Cheapest figure first. */
const experiments: readonly Experiment<EnergySettings, EnergyUnit, EnergyResult>[] = [
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
  readonly onProgress: OnProgress;
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

/** Runs the chosen figures of the energy paper, as `reproduce` does. */
export async function reproduceEnergy(options: EnergyReproduction): Promise<FigureRecord[]> {
  const { settings, figures, directory, resume, signal, onProgress } = options;
  return await reproduce({
    experiments,
    settings,
    recorded: await recordedSettings(options),
    figures,
    directory,
    resume,
    signal,
    onProgress,
    openRunners: () => openRunners(options),
  });
}

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { SlotwiseError } from "../core/errors.ts";
import { canDrawText } from "../learning/experiment/plots/render-chart.ts";
import { energyReadme } from "../learning/reproduce/energy/energy-readme.ts";
import type { PolicyFiles } from "../learning/reproduce/energy/energy-runner.ts";
import { energyFigures, reproduceEnergy } from "../learning/reproduce/energy/reproduce-energy.ts";
import { fullSettings, quickSettings } from "../learning/reproduce/energy/settings.ts";
import type { FigureRecord } from "../learning/reproduce/figure-file.ts";
import type { OnProgress } from "../learning/reproduce/reproduce.ts";
import {
  reproduceSlicing,
  slicingFigures,
} from "../learning/reproduce/slicing/reproduce-slicing.ts";
import {
  fullSettings as fullSlicing,
  quickSettings as quickSlicing,
} from "../learning/reproduce/slicing/settings.ts";
import { slicingReadme } from "../learning/reproduce/slicing/slicing-readme.ts";
import { writeFileAtomic } from "../platform/atomic-file.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { LongRun } from "./long-run.ts";
import { wholeNumber } from "./options.ts";

/** What both papers' reproductions are told. */
interface Options {
  readonly quick?: true;
  readonly seed: number;
  readonly out: string;
  readonly figures: readonly number[];
  readonly jobs: number;
  readonly resume?: true;
  readonly json?: true;
}

interface EnergyOptions extends Options {
  readonly ddql: string;
  readonly dql: string;
}

const exitInterrupted = 130;
const shipped = (name: string) =>
  fileURLToPath(new URL(`../../models/${name}.onnx`, import.meta.url));

/** "4,5,10": figures of a paper. */
function figureList(known: readonly number[]): (text: string) => number[] {
  return (text) => {
    const figures = text.split(",").map(Number);
    if (!figures.every((figure) => known.includes(figure))) {
      throw new InvalidArgumentError(`expected figures among ${known.join(",")}.`);
    }
    return figures;
  };
}

function existing(file: string): string {
  if (existsSync(file)) return file;
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: "an ONNX policy of the energy system",
    received: `no file at ${file}`,
    consequence: "nothing was run",
  });
}

/** Progress of each set of runs. */
function showProgress(): OnProgress {
  let shown: LongRun | undefined;
  return (figures, done, total) => {
    if (done === 0) shown = new LongRun(`Fig. ${figures.join(", ")}`);
    shown?.update(done / total);
    if (done === total) shown?.end();
  };
}

function report(figures: readonly FigureRecord[]): string {
  return figures
    .flatMap(({ figure, claims }) =>
      claims.map((c) => `Fig. ${figure}  ${c.verdict.padEnd(16)}${c.claim}: ${c.measured}\n`),
    )
    .join("");
}

/** Runs a reproduction, writes its README and prints the claims; Ctrl-C keeps what is done. */
async function run(
  system: string,
  { quick, seed, out, json }: Options,
  start: (signal: AbortSignal) => Promise<FigureRecord[]>,
  readme: (records: readonly FigureRecord[], command: string) => string,
): Promise<void> {
  const signal = shutdownSignal();
  if (!canDrawText()) {
    process.stderr.write("no font found on this machine: the PNGs will have no text\n");
  }
  try {
    const records = await start(signal);
    const command = `slotwise reproduce ${system}${quick ? " --quick" : ""} --seed ${seed}`;
    await writeFileAtomic(join(out, "README.md"), readme(records, command));
    process.stdout.write(json ? `${JSON.stringify({ out, figures: records })}\n` : report(records));
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write(`stopped; what is done so far is in ${out}, for --resume\n`);
    process.exitCode = exitInterrupted;
  }
}

function runSlicing(options: Options): Promise<void> {
  const { quick, seed, out, figures, jobs, resume } = options;
  const start = (signal: AbortSignal) =>
    reproduceSlicing({
      settings: (quick ? quickSlicing : fullSlicing)(seed),
      figures,
      directory: out,
      jobs,
      resume: resume ?? false,
      signal,
      onProgress: showProgress(),
    });
  return run("slicing", options, start, slicingReadme);
}

function runEnergy(options: EnergyOptions): Promise<void> {
  const { quick, seed, out, figures, jobs, resume } = options;
  const policies: PolicyFiles = { DDQL: existing(options.ddql), DQL: existing(options.dql) };
  const start = (signal: AbortSignal) =>
    reproduceEnergy({
      settings: (quick ? quickSettings : fullSettings)(seed),
      figures,
      directory: out,
      policies,
      jobs,
      resume: resume ?? false,
      signal,
      onProgress: showProgress(),
    });
  return run("energy", options, start, energyReadme);
}

/** The options of every paper. */
function paperCommand(system: string, description: string, figures: readonly number[]): Command {
  return new Command(system)
    .description(description)
    .option("--quick", "fewer draws, points, episodes and seeds: minutes")
    .option("--seed <s>", "seed of everything drawn", wholeNumber(0), 1)
    .option("--out <dir>", "where figures and README.md go", `results/${system}`)
    .option("--figures <list>", "only these, such as 5,6", figureList(figures), figures)
    .option("--jobs <n>", "worker threads", wholeNumber(1), availableParallelism())
    .option("--resume", "keep figures and runs that are there from the same settings")
    .option("--json", "print one line of JSON");
}

function energyCommand(): Command {
  return paperCommand(
    "energy",
    "Figs. 4-10 of the DDQL paper, with bounds, intervals and verdicts",
    energyFigures,
  )
    .option("--ddql <file>", "policy trained by DDQL", shipped("energy"))
    .option("--dql <file>", "policy trained by DQL", shipped("energy-dql"))
    .action(runEnergy);
}

function slicingCommand(): Command {
  return paperCommand(
    "slicing",
    "Figs. 3-6 of the FedD3QN-GAN paper, with the exact optimum, intervals and verdicts, and studies 7-10",
    slicingFigures,
  ).action(runSlicing);
}

/** `slotwise reproduce SYSTEM`: a published evaluation again, claim by claim. */
export function reproduceCommand(): Command {
  return new Command("reproduce")
    .description("Run a published evaluation again and give every claim a verdict")
    .addCommand(slicingCommand())
    .addCommand(energyCommand());
}

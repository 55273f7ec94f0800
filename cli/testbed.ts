import { Command } from "commander";
import { parseFault } from "../deploy/testbed/faults.ts";
import { type FineTuneReport, fineTune } from "../deploy/testbed/fine-tune.ts";
import { sweepLeftovers } from "../deploy/testbed/namespaces.ts";
import { contestReport } from "../deploy/testbed/report/contest-report.ts";
import { contestTables } from "../deploy/testbed/report/contest-table.ts";
import { writeContest } from "../deploy/testbed/report/write-contest.ts";
import { requireTestbed } from "../deploy/testbed/requirements.ts";
import { runContest } from "../deploy/testbed/run-contest.ts";
import { testbedScenario } from "../deploy/testbed/testbed-scenario.ts";
import type { ArrivalsTrace } from "../deploy/testbed/trace/arrivals-trace.ts";
import { drawTrace } from "../deploy/testbed/trace/draw-trace.ts";
import { recordTraces, replayTraces } from "../deploy/testbed/trace/stored-traces.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { numberBetween, wholeNumber } from "./options.ts";

interface TraceOptions {
  readonly traces: number;
  readonly seconds: number;
  readonly seed: number;
  readonly aps: number;
  readonly replay?: string;
}

interface RunOptions extends TraceOptions {
  readonly policies: string;
  readonly link: number;
  readonly fault?: string;
  readonly record?: string;
  readonly out?: string;
  readonly json?: true;
}

interface FineTuneCommandOptions {
  readonly model: string;
  readonly seconds: number;
  readonly seed: number;
  readonly explorationRate: number;
  readonly learningRate: number;
  readonly heldOut: number;
  readonly link: number;
  readonly out: string;
  readonly json?: true;
}

const exitInterrupted = 130;
const exitFailedCheck = 1;
const defaultLinkMbitPerS = 36;

function onProgress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function commandLine(): string {
  return `slotwise ${process.argv.slice(2).join(" ")}`;
}

async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = shutdownSignal();
  try {
    await work(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = exitInterrupted;
  }
}

function openTraces(options: TraceOptions): Promise<ArrivalsTrace[]> {
  const { traces, seconds, seed, aps, replay } = options;
  if (replay !== undefined) return replayTraces(replay);
  const scenario = { ...testbedScenario, accessPoints: aps };
  const slots = Math.round((seconds * 1e3) / scenario.slotMs);
  const drawn = Array.from({ length: traces }, (_, i) => drawTrace(scenario, seed + i, slots));
  return Promise.resolve(drawn);
}

async function run(options: RunOptions): Promise<void> {
  const { link: linkMbitPerS, record, out, json } = options;
  const fault = options.fault === undefined ? undefined : parseFault(options.fault);
  const policies = options.policies.split(",");
  const traces = await openTraces(options);
  if (record !== undefined) await recordTraces(record, traces);
  await untilInterrupted(async (signal) => {
    const contest = { traces, policies, linkMbitPerS, fault, onProgress };
    const plays = await runContest(contest, signal);
    const report = contestReport(plays, policies, traces, linkMbitPerS);
    if (out !== undefined) await writeContest(out, report, commandLine());
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : contestTables(report));
    if (!report.proof.proven) process.exitCode = exitFailedCheck;
  });
}

function fineTuned({ out, bytes, training, heldOut }: FineTuneReport): string {
  const { transitions = 0, updates = 0, episodes = 0 } = training ?? {};
  const { traces, start, learned, kept } = heldOut;
  const judged = `${traces} held-out traces: ${learned.toFixed(4)} against ${start.toFixed(4)} before, kept is ${kept === "start" ? "the start" : "what was learned"}`;
  return `${out}: ${bytes} bytes, ${updates} updates on ${transitions} slots in ${episodes} episodes; mean reward on ${judged}\n`;
}

async function finetune({ link, json, ...options }: FineTuneCommandOptions): Promise<void> {
  await untilInterrupted(async (signal) => {
    const learning = { ...options, linkMbitPerS: link, command: commandLine(), onProgress };
    const report = await fineTune(learning, signal);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : fineTuned(report));
  });
}

async function clean({ json }: { readonly json?: true }): Promise<void> {
  requireTestbed();
  const removed = await sweepLeftovers();
  process.stdout.write(
    json ? `${JSON.stringify({ removed })}\n` : removed.map((name) => `${name}\n`).join(""),
  );
}

/** `slotwise testbed`: real packets and real computing, in network namespaces and cgroups. */
export function testbedCommand(): Command {
  const testbed = new Command("testbed").description(
    "Steer real packets and real computing with the agent, in namespaces of its own (root)",
  );
  testbed
    .command("run")
    .description("Play the same tasks under several policies, compare them, remove everything")
    .option(
      "--policies <list>",
      "ONNX files and built-in policies; the first is compared with the others",
      "testbed-simulated,equal,sqrt-load",
    )
    .option("--traces <n>", "traces to draw", wholeNumber(1), 1)
    .option("--seconds <n>", "length of a drawn trace", wholeNumber(1), 10)
    .option("--seed <s>", "of the first drawn trace; the others follow", wholeNumber(0), 1)
    .option("--aps <n>", "access points of drawn traces, at most one a CPU", wholeNumber(1), 1)
    .option("--record <file>", "keep the traces")
    .option("--replay <file>", "play recorded traces instead of drawing")
    .option("--fault <what>", "loss:SHARE or outage:SECONDS on the first access point's link")
    .option(
      "--link <mbit>",
      "rate of the shared link each way, Mbit/s",
      wholeNumber(1),
      defaultLinkMbitPerS,
    )
    .option("--out <folder>", "write report, tables and pictures")
    .option("--json", "print only the report, as one line of JSON")
    .action(run);
  testbed
    .command("finetune")
    .description(
      "Let the agent learn on the testbed from measured delays, and keep it where that has helped",
    )
    .requiredOption("--model <file|name>", "ONNX policy to go on from")
    .requiredOption("--out <file>", "the learned policy")
    .option("--seconds <n>", "how long", wholeNumber(10), 120)
    .option("--seed <s>", "of tasks, exploration and batches", wholeNumber(0), 1001)
    .option("--exploration-rate <e>", "share of random actions", numberBetween(0, 1), 0.02)
    .option("--learning-rate <η>", "step size, constant", numberBetween(1e-7, 1), 1e-4)
    .option("--held-out <n>", "10 s traces on which it must beat its start", wholeNumber(1), 5)
    .option(
      "--link <mbit>",
      "rate of the shared link each way, Mbit/s",
      wholeNumber(1),
      defaultLinkMbitPerS,
    )
    .option("--json", "print only the report, as one line of JSON")
    .action(finetune);
  testbed
    .command("clean")
    .description("Remove what runs that were killed left behind")
    .option("--json", "print one line of JSON")
    .action(clean);
  return testbed;
}

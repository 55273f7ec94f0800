import { Argument, Command, Option } from "commander";
import { SlotwiseError } from "../core/errors.ts";
import { type Encoding, encodingSchema } from "../core/weights/encoding.ts";
import { type Provider, providers } from "../learning/runtime/provider.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { LongRun } from "./long-run.ts";
import { wholeNumber } from "./options.ts";

interface BenchOptions {
  readonly json?: true;
  readonly agents?: readonly number[];
  readonly provider: Provider;
  readonly histograms?: string;
  readonly rounds: number;
  readonly encoding: Encoding;
  readonly seed: number;
}

const stackedAgents = 4;
const fleetAgents = 100;

const exitInterrupted = 130;

/** @throws SlotwiseError CONFIG_INVALID */
function oneCount(counts: readonly number[]): number {
  const [count] = counts;
  if (count !== undefined && counts.length === 1) return count;
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: "one number of agents: federation runs one fleet",
    received: counts.join(),
    consequence: "nothing was started",
  });
}

/**
 * For a bench that has something to take away.
 *
 * @returns undefined when it was interrupted
 */
async function interruptible<T>(bench: (signal: AbortSignal) => Promise<T>) {
  const signal = shutdownSignal();
  try {
    return await bench(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  }
}

async function benchFleet({ agents = [fleetAgents], ...options }: BenchOptions) {
  const fleet = oneCount(agents);
  const { benchFederation } = await import("../test/bench/federation/federation.ts");
  const progress = new LongRun("federation");
  const onProgress = (share: number) => progress.update(share);
  try {
    return await interruptible((signal) =>
      benchFederation({ ...options, agents: fleet, onProgress, signal }),
    );
  } finally {
    progress.end();
  }
}

async function benchKernelPath({ histograms }: BenchOptions) {
  const { benchKernelPath: bench } = await import("../test/bench/kernel-path.ts");
  return await interruptible((signal) => bench(histograms, signal));
}

/** Measurements by name; each gives figures of one run, so that only ratios should be compared. */
const benches: Record<string, (options: BenchOptions) => Promise<object | undefined>> = {
  learner: async ({ agents = [stackedAgents], provider }) =>
    (await import("../test/bench/learner.ts")).benchLearner({ agents, provider }),
  "energy-decision": async () =>
    (await import("../test/bench/energy-decision.ts")).benchEnergyDecision(),
  "slot-path": async () => (await import("../test/bench/slot-path.ts")).benchSlotPath(),
  "kernel-path": benchKernelPath,
  federation: benchFleet,
};

function lines(value: object, indent = ""): string {
  return Object.entries(value)
    .map(([name, figure]) =>
      typeof figure === "object" && figure !== null
        ? `${indent}${name}\n${lines(figure, `${indent}  `)}`
        : `${indent}${name}: ${typeof figure === "number" ? Number(figure.toPrecision(4)) : figure}\n`,
    )
    .join("");
}

async function run(name: string | undefined, options: BenchOptions): Promise<void> {
  const results: Record<string, object> = {};
  for (const bench of name === undefined ? Object.keys(benches) : [name]) {
    process.stderr.write(`measuring ${bench}\n`);
    const figures = await benches[bench]?.(options);
    if (figures === undefined) {
      process.exitCode = exitInterrupted;
      return;
    }
    results[bench] = figures;
  }
  process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : lines(results));
}

/** `slotwise bench`: how fast the slot path, the learner and federated rounds are on this machine. */
export function benchCommand(): Command {
  return new Command("bench")
    .description(
      "Measure the slot path, the learner, an agent's memory, and a fleet's rounds on this machine",
    )
    .addArgument(
      new Argument("[name]", "one of them; all when left out").choices(Object.keys(benches)),
    )
    .option(
      "--agents <counts>",
      `learner: numbers of stacked agents, such as 1,64,1024 (${stackedAgents}); federation: agents (${fleetAgents})`,
      (text) => text.split(",").map(wholeNumber(1)),
    )
    .addOption(
      new Option("--provider <name>", "learner: where ONNX Runtime updates")
        .choices(providers)
        .default("cpu"),
    )
    .option("--histograms <folder>", "kernel-path: write the whole distributions there (.hgrm)")
    .option("--rounds <n>", "federation: measured rounds", wholeNumber(1), 5)
    .addOption(
      new Option("--encoding <form>", "federation: form of updates and models")
        .choices(encodingSchema.options)
        .default("float32"),
    )
    .option("--seed <n>", "federation: of what training changes", wholeNumber(0), 1)
    .option("--json", "print one line of JSON")
    .action(run);
}

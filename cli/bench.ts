import { Argument, Command, Option } from "commander";
import { type Provider, providers } from "../learning/runtime/provider.ts";
import { wholeNumber } from "./options.ts";

interface BenchOptions {
  readonly json?: true;
  readonly agents: readonly number[];
  readonly provider: Provider;
  readonly histograms?: string;
}

/** Measurements by name; each gives figures of one run, so that only ratios should be compared. */
const benches: Record<string, (options: BenchOptions) => Promise<object>> = {
  learner: async (options) => (await import("../test/bench/learner.ts")).benchLearner(options),
  "energy-decision": async () =>
    (await import("../test/bench/energy-decision.ts")).benchEnergyDecision(),
  "kernel-path": async ({ histograms }) =>
    (await import("../test/bench/kernel-path.ts")).benchKernelPath(histograms),
  "slot-path": async () => (await import("../test/bench/slot-path.ts")).benchSlotPath(),
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
    results[bench] = (await benches[bench]?.(options)) ?? {};
  }
  process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : lines(results));
}

/** `slotwise bench`: how fast the slot path and the learner are on this machine. */
export function benchCommand(): Command {
  return new Command("bench")
    .description("Measure the slot path, the learner and the memory of an agent on this machine")
    .addArgument(
      new Argument("[name]", "one of them; all when left out").choices(Object.keys(benches)),
    )
    .option(
      "--agents <counts>",
      "learner: numbers of stacked agents, such as 1,64,1024",
      (text) => text.split(",").map(wholeNumber(1)),
      [4],
    )
    .addOption(
      new Option("--provider <name>", "learner: where ONNX Runtime updates")
        .choices(providers)
        .default("cpu"),
    )
    .option("--histograms <folder>", "kernel-path: write the whole distributions there (.hgrm)")
    .option("--json", "print one line of JSON")
    .action(run);
}

import { Argument, Command } from "commander";

/** Measurements by name; each gives figures of one run, so that only ratios should be compared. */
const benches: Record<string, () => Promise<object>> = {
  learner: async () => (await import("../test/bench/learner.ts")).benchLearner(),
  "energy-decision": async () =>
    (await import("../test/bench/energy-decision.ts")).benchEnergyDecision(),
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

async function run(name: string | undefined, { json }: { readonly json?: true }): Promise<void> {
  const results: Record<string, object> = {};
  for (const bench of name === undefined ? Object.keys(benches) : [name]) {
    process.stderr.write(`measuring ${bench}\n`);
    results[bench] = (await benches[bench]?.()) ?? {};
  }
  process.stdout.write(json ? `${JSON.stringify(results)}\n` : lines(results));
}

/** `slotwise bench`: how fast the slot path and the learner are on this machine. */
export function benchCommand(): Command {
  return new Command("bench")
    .description("Measure the slot path, the learner and the memory of an agent on this machine")
    .addArgument(
      new Argument("[name]", "one of them; all when left out").choices(Object.keys(benches)),
    )
    .option("--json", "print one line of JSON")
    .action(run);
}

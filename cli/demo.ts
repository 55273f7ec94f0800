import { Command, Option } from "commander";
import { SlotwiseError } from "../core/errors.ts";
import type { DemoSystem } from "../deploy/demo/demo-system.ts";
import { energyDemo } from "../deploy/demo/energy-demo.ts";
import { runDemo } from "../deploy/demo/run-demo.ts";
import { slicingDemo } from "../deploy/demo/slicing-demo.ts";
import type { DemoSummary } from "../deploy/demo/summary.ts";
import { brokerUrlSchema } from "../platform/mqtt/mqtt-config.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { wholeNumber } from "./options.ts";

interface Options {
  readonly system: DemoSystem["name"];
  readonly seconds: number;
  readonly agents: number;
  readonly tasks: number;
  readonly seed: number;
  readonly model?: string;
  readonly broker?: string;
  readonly learn: boolean;
  readonly json?: true;
}

const exitInterrupted = 130;
const labelWidth = 16;
const valueWidth = 12;

function comparisonTable(summary: DemoSummary, { comparison }: DemoSystem): string {
  const line = (label: string, cells: readonly string[]) =>
    label.padEnd(labelWidth) + cells.map((cell) => cell.padStart(valueWidth)).join("");
  const policies = [comparison.own, ...Object.values(comparison.references)];
  const rows = Object.entries(comparison.measures).map(([name, { label, digits }]) => {
    const values = Object.values(summary.comparisons[name] ?? {});
    return line(
      label,
      values.map((value) => value.toFixed(digits)),
    );
  });
  return [
    `${summary.comparedSlots} slots of ${summary.agents} access points, each policy on the same slots`,
    line("", policies),
    ...rows,
    "",
    ...summary.perAgent.map(
      (a) =>
        `${a.agent}: ${a.slots} slots (${a.applied} applied, ${a.held} held), ${a.late} late, ${a.fallback} fallback, observed, decided and applied in p50 ${a.latencyUs.p50} µs, p99 ${a.latencyUs.p99} µs, ${a.updates} updates`,
    ),
    `${summary.rounds} rounds, ${(summary.bytes.sent / 1e6).toFixed(1)} MB sent, ${(summary.bytes.received / 1e6).toFixed(1)} MB received by the agents`,
    "",
  ].join("\n");
}

function jsonLine({ comparisons, ...summary }: DemoSummary): string {
  return `${JSON.stringify({ ...summary, ...comparisons })}\n`;
}

function checkBrokerUrl(url: string): void {
  const checked = brokerUrlSchema.safeParse(url);
  if (checked.success) return;
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: checked.error.issues.map((issue) => issue.message).join("; "),
    received: url,
    consequence: "nothing was started",
  });
}

async function run({ json, learn, tasks, ...options }: Options): Promise<void> {
  const signal = shutdownSignal();
  if (options.broker !== undefined) checkBrokerUrl(options.broker);
  const view = json ? "none" : process.stdout.isTTY ? "live" : "lines";
  const system = options.system === "energy" ? energyDemo(tasks) : slicingDemo(learn);
  const summary = await runDemo({ ...options, system, view }, signal);
  process.stdout.write(json ? jsonLine(summary) : comparisonTable(summary, system));
  if (signal.aborted) process.exitCode = exitInterrupted;
}

/** `slotwise demo`: a whole site on this machine. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("Run broker, aggregator, simulator and agents here, in real time")
    .addOption(
      new Option(
        "--system <name>",
        "slicing, where agents learn, or energy, where they set their boxes' power and frequency",
      )
        .choices(["slicing", "energy"])
        .default("slicing"),
    )
    .option("--seconds <n>", "how long", wholeNumber(1), 60)
    .option("--agents <n>", "access points, one agent process each", wholeNumber(1), 4)
    .option("--tasks <k>", "energy: tasks an access point has in a slot", wholeNumber(1), 50)
    .option("--seed <s>", "seed of the simulator", wholeNumber(0), 1)
    .option("--model <file>", "ONNX policy to start from (default: the system's shipped one)")
    .option("--broker <url>", "use this MQTT broker, mqtt://HOST:PORT, not the embedded one")
    .option("--no-learn", "slicing: apply the model as it is")
    .option("--json", "print only the summary, as one line of JSON")
    .action(run);
}

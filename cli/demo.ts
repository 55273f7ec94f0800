import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { paperScenario } from "../core/slicing/scenario.ts";
import { runDemo } from "../deploy/demo/run-demo.ts";
import type { Comparison, DemoSummary } from "../deploy/demo/summary.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { wholeNumber } from "./options.ts";

interface Options {
  readonly seconds: number;
  readonly agents: number;
  readonly seed: number;
  readonly model: string;
  readonly broker?: string;
  readonly learn: boolean;
  readonly json?: true;
}

const shippedModel = fileURLToPath(new URL("../../models/slicing.onnx", import.meta.url));
const exitInterrupted = 130;

function comparisonTable(summary: DemoSummary): string {
  const row = (name: string, c: Comparison, digits: number) =>
    name.padEnd(16) +
    [c.learned, c.equal, c.sqrtLoad, c.optimal].map((v) => v.toFixed(digits).padStart(11)).join("");
  const head = ["", "learned", "equal", "sqrt-load", "optimal"];
  return [
    `${summary.comparedSlots} slots of ${summary.agents} access points, each policy on the same slots`,
    (head[0] ?? "").padEnd(16) +
      head
        .slice(1)
        .map((name) => name.padStart(11))
        .join(""),
    row("reward", summary.reward, 4),
    row("delay ms", summary.meanDelayMs, 3),
    row("satisfaction", summary.satisfaction, 4),
    "",
    ...summary.perAgent.map(
      (a) =>
        `${a.agent}: ${a.slots} slots (${a.applied} applied, ${a.held} held), ${a.late} late, ${a.fallback} fallback, decision p50 ${a.latencyUs.p50} µs, p99 ${a.latencyUs.p99} µs, ${a.updates} updates`,
    ),
    `${summary.rounds} rounds, ${(summary.bytes.sent / 1e6).toFixed(1)} MB sent, ${(summary.bytes.received / 1e6).toFixed(1)} MB received by the agents`,
    "",
  ].join("\n");
}

async function run({ json, ...options }: Options): Promise<void> {
  const signal = shutdownSignal();
  const view = json ? "none" : process.stdout.isTTY ? "live" : "lines";
  const { slotMs } = paperScenario;
  const summary = await runDemo({ ...options, slotMs, view }, signal);
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : comparisonTable(summary));
  if (signal.aborted) process.exitCode = exitInterrupted;
}

/** `slotwise demo`: a whole learning site on this machine. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("Run broker, aggregator, simulator and learning agents here, in 10 ms slots")
    .option("--seconds <n>", "how long", wholeNumber(1), 60)
    .option("--agents <n>", "access points, one agent process each", wholeNumber(1), 4)
    .option("--seed <s>", "seed of the simulator", wholeNumber(0), 1)
    .option("--model <file>", "ONNX policy to start from", shippedModel)
    .option("--broker <url>", "use this MQTT broker, mqtt://HOST:PORT, not the embedded one")
    .option("--no-learn", "apply the model as it is")
    .option("--json", "print only the summary, as one line of JSON")
    .action(run);
}

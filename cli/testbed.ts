import { Command } from "commander";
import type { Estimate } from "../deploy/testbed/batch-interval.ts";
import { sweepLeftovers } from "../deploy/testbed/namespaces.ts";
import type { DelayResult } from "../deploy/testbed/phase-result.ts";
import { requireTestbed } from "../deploy/testbed/requirements.ts";
import { runTestbed, type TestbedReport } from "../deploy/testbed/run-testbed.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { wholeNumber } from "./options.ts";

interface RunOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly model: string;
  readonly link: number;
  readonly json?: true;
}

const exitInterrupted = 130;
const exitFailedCheck = 1;

function shown({ value, low, high }: Estimate, digits: number): string {
  return `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

function delayRow(name: string, who: string, result: DelayResult): string {
  const cells = [
    shown(result.meanMs, 2),
    shown(result.p50Ms, 2),
    shown(result.p95Ms, 2),
    shown(result.satisfaction, 3),
    String(result.lost),
  ];
  return name.padEnd(9) + who.padEnd(7) + cells.map((cell) => cell.padStart(24)).join("");
}

function agentLine({ agent }: TestbedReport): string {
  if (!agent?.control) return "the agent left no report";
  const { slots, held, late, fallback, latencyUs } = agent.control;
  return `agent: ${slots} slots, ${held} held, ${late} late, ${fallback} by the safe policy; observed, decided and applied in p50 ${latencyUs.p50} µs, p99 ${latencyUs.p99} µs`;
}

function table(report: TestbedReport): string {
  const { rates, delay } = report;
  const head = ["mean ms", "p50 ms", "p95 ms", "satisfied", "lost"];
  return [
    `${report.slotsPerPhase} slots under each, ${report.linkMbitPerS} Mbit/s, the same tasks; [95 % interval]`,
    " ".repeat(16) + head.map((cell) => cell.padStart(24)).join(""),
    ...delay.agent.slices.flatMap((agent, i) => [
      delayRow(`slice ${i + 1}`, "agent", agent),
      delayRow("", "equal", delay.equal.slices[i] as DelayResult),
    ]),
    delayRow("all", "agent", delay.agent.all),
    delayRow("", "equal", delay.equal.all),
    `mean delay, agent minus equal: ${shown(delay.meanDifferenceMs, 2)} ms`,
    ...rates.agent.map(
      (rate, i) =>
        `slice ${i + 1}: ${rate.checkedSlots} slots checked, commanded ${rate.commandedMeanMbitPerS.toFixed(2)}, read back ${rate.readBackMeanMbitPerS.toFixed(2)} Mbit/s on average (${rate.minMbitPerS}–${rate.maxMbitPerS}), largest error ${(100 * rate.maxRelativeError).toFixed(3)} %`,
    ),
    agentLine(report),
    "",
  ].join("\n");
}

async function run({ json, link, ...options }: RunOptions): Promise<void> {
  const signal = shutdownSignal();
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  try {
    const report = await runTestbed({ ...options, linkMbitPerS: link, onProgress }, signal);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : table(report));
    if (!report.ratesProven) process.exitCode = exitFailedCheck;
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = exitInterrupted;
  }
}

async function clean({ json }: { readonly json?: true }): Promise<void> {
  requireTestbed();
  const removed = await sweepLeftovers();
  process.stdout.write(
    json ? `${JSON.stringify({ removed })}\n` : removed.map((name) => `${name}\n`).join(""),
  );
}

/** `slotwise testbed`: real packets through the kernel's HTB classes, in network namespaces. */
export function testbedCommand(): Command {
  const testbed = new Command("testbed").description(
    "Steer real packets with the agent, in network namespaces of its own (root)",
  );
  testbed
    .command("run")
    .description("Compare the agent with equal sharing on the same tasks, then remove everything")
    .option("--seconds <n>", "how long, half of it under each", wholeNumber(4), 20)
    .option("--seed <s>", "seed of the drawn tasks", wholeNumber(0), 1)
    .option("--model <file|name>", "ONNX policy, or a built-in one", "slicing")
    .option("--link <mbit>", "rate of the shared link, Mbit/s", wholeNumber(1), 54)
    .option("--json", "print only the report, as one line of JSON")
    .action(run);
  testbed
    .command("clean")
    .description("Remove what runs that were killed left behind")
    .option("--json", "print one line of JSON")
    .action(clean);
  return testbed;
}

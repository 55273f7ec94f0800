import { Command, Option } from "commander";
import { formatBridgeAddress } from "../core/messages/bridge-address.ts";
import { loadConfig } from "../platform/config-file.ts";
import { defaultBridgeAddress } from "../platform/default-paths.ts";
import { createLog } from "../platform/log.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { setThreadPriority } from "../platform/thread-priority.ts";
import { simulatorConfigSchema } from "../sim-bridge/config.ts";
import { SimulatorBridge, type SimulatorReport } from "../sim-bridge/simulator-bridge.ts";
import { createSimulator } from "../sim-bridge/simulators/create-simulator.ts";
import { wholeNumber } from "./options.ts";

/** Nice value of a simulator that paces others, where the system permits it. */
const realTimePriority = -10;

interface SimulateOptions {
  readonly system?: string;
  readonly listen?: string;
  readonly clock?: string;
  readonly seed?: number;
  readonly slots?: number;
  readonly accessPoints?: number;
  readonly tasks?: number;
  readonly waitForAgents?: number;
  readonly config?: string;
  readonly json?: boolean;
}

/** `slotwise simulate`: a system's simulator behind the bridge protocol, until it is stopped. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description("run a system's simulator; agents connect to it over the bridge protocol")
    .addOption(
      new Option("--system <name>", "what is simulated (default: slicing)").choices([
        "slicing",
        "energy",
      ]),
    )
    .option("--listen <address>", `unix:PATH or tcp:HOST:PORT (default: ${defaultBridgeAddress})`)
    .addOption(
      new Option("--clock <clock>", "how slots are paced (default: real-time)").choices([
        "real-time",
        "lockstep",
      ]),
    )
    .option("--seed <seed>", "seed of the drawn world (default: 1)", wholeNumber(0))
    .option("--access-points <n>", "access points of the scenario (default: 4)", wholeNumber(1))
    .option(
      "--tasks <k>",
      "energy: tasks an access point has in a slot (default: 50)",
      wholeNumber(1),
    )
    .option("--slots <slots>", "stop after so many slots (default: never)", wholeNumber(1))
    .option(
      "--wait-for-agents <agents>",
      "agents that must be connected before the first slot (default: 0)",
      wholeNumber(0),
    )
    .option("--config <file>", "YAML configuration; options given here go before it")
    .option("--json", "print a final report as JSON")
    .action(simulate);
}

async function simulate(options: SimulateOptions): Promise<void> {
  const { config: file, json, ...given } = options;
  const config = loadConfig(simulatorConfigSchema, file, given);
  if (config.clock === "real-time") setThreadPriority(realTimePriority);
  const log = createLog("simulator", config.logLevel);
  const bridge = new SimulatorBridge(config, createSimulator(config), log);
  const address = await bridge.start(shutdownSignal());
  process.stderr.write(`simulator listening on ${formatBridgeAddress(address)}\n`);
  try {
    await bridge.done();
  } finally {
    await bridge.stop();
  }
  const report = bridge.report();
  if (json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stderr.write(summary(report));
}

function summary(report: SimulatorReport): string {
  const lines = Object.entries(report.perAgent).map(([agent, { slots, held, own }]) => {
    const means = Object.entries(own).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
    return `${agent}: ${slots} slots, ${held} held, ${means.join(", ")}`;
  });
  const totals = `${report.slots} slots, ${report.skippedSlots} skipped, ${report.episodes} episodes, ${report.clients} clients, ${report.invalidFrames} invalid frames`;
  return `${[...lines, totals].join("\n")}\n`;
}

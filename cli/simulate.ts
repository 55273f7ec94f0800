import { Command, Option } from "commander";
import { formatBridgeAddress } from "../core/messages/bridge-address.ts";
import { loadConfig } from "../platform/config-file.ts";
import { createLog } from "../platform/log.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { setThreadPriority } from "../platform/thread-priority.ts";
import { defaultBridgeAddress, simulatorConfigSchema } from "../sim-bridge/config.ts";
import { SimulatorBridge, type SimulatorReport } from "../sim-bridge/simulator-bridge.ts";
import { SlicingSimulator } from "../sim-bridge/simulators/slicing.ts";
import { wholeNumber } from "./options.ts";

/** Nice value of a simulator that paces others, where the system permits it. */
const realTimePriority = -10;

interface SimulateOptions {
  readonly listen?: string;
  readonly clock?: string;
  readonly seed?: number;
  readonly slots?: number;
  readonly accessPoints?: number;
  readonly waitForAgents?: number;
  readonly config?: string;
  readonly json?: boolean;
}

/** `slotwise simulate`: the slicing simulator behind the bridge protocol, until it is stopped. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description("run the slicing simulator; agents connect to it over the bridge protocol")
    .option("--listen <address>", `unix:PATH or tcp:HOST:PORT (default: ${defaultBridgeAddress})`)
    .addOption(
      new Option("--clock <clock>", "how slots are paced (default: real-time)").choices([
        "real-time",
        "lockstep",
      ]),
    )
    .option("--seed <seed>", "seed of the drawn world (default: 1)", wholeNumber(0))
    .option("--access-points <n>", "access points of the scenario (default: 4)", wholeNumber(1))
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
  const { config: file, json, accessPoints, ...given } = options;
  const scenario = accessPoints === undefined ? undefined : { accessPoints };
  const config = loadConfig(simulatorConfigSchema, file, { ...given, scenario });
  if (config.clock === "real-time") setThreadPriority(realTimePriority);
  const simulator = new SlicingSimulator(config.scenario, config.references, config.seed);
  const bridge = new SimulatorBridge(config, simulator, createLog("simulator", config.logLevel));
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
    const delay = own.meanDelayMs?.toFixed(2) ?? "-";
    const satisfaction = own.satisfaction?.toFixed(3) ?? "-";
    return `${agent}: ${slots} slots, ${held} held, delay ${delay} ms, satisfaction ${satisfaction}`;
  });
  const totals = `${report.slots} slots, ${report.skippedSlots} skipped, ${report.episodes} episodes, ${report.clients} clients, ${report.invalidFrames} invalid frames`;
  return `${[...lines, totals].join("\n")}\n`;
}

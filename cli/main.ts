#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { SlotwiseError } from "../core/errors.ts";
import { endWithReader } from "../platform/shutdown.ts";

/** Verbs load on demand, so that an agent does not carry what only the cloud or the trainer needs. */
const verbs: Record<string, () => Promise<Command>> = {
  demo: async () => (await import("./demo.ts")).demoCommand(),
  agent: async () => (await import("./agent.ts")).agentCommand(),
  doctor: async () => (await import("./doctor.ts")).doctorCommand(),
  restore: async () => (await import("./restore.ts")).restoreCommand(),
  cloud: async () => (await import("./cloud.ts")).cloudCommand(),
  broker: async () => (await import("./broker.ts")).brokerCommand(),
  provision: async () => (await import("./provision.ts")).provisionCommand(),
  simulate: async () => (await import("./simulate.ts")).simulateCommand(),
  train: async () => (await import("./train.ts")).trainCommand(),
  eval: async () => (await import("./eval.ts")).evalCommand(),
  reproduce: async () => (await import("./reproduce.ts")).reproduceCommand(),
  conformance: async () => (await import("./conformance.ts")).conformanceCommand(),
  testbed: async () => (await import("./testbed.ts")).testbedCommand(),
  bench: async () => (await import("./bench.ts")).benchCommand(),
};

const exitUsage = 2;

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitUsage;
  process.stderr.write(`slotwise: ${error instanceof Error ? error.message : String(error)}\n`);
  return error instanceof SlotwiseError && error.code === "CONFIG_INVALID" ? exitUsage : 1;
}

/** Errors of the command line itself reach `exitCodeOf` instead of ending the process at once. */
function withoutExit(command: Command): Command {
  command.exitOverride();
  for (const inner of command.commands) withoutExit(inner);
  return command;
}

/**
 * ONNX Runtime tells Microsoft what it runs, from version 1.29 on and on Linux too, unless this is set
 * before its first session. Workers and child processes inherit it.
 */
function keepOnnxRuntimeSilent(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
}

async function main(): Promise<void> {
  keepOnnxRuntimeSilent();
  const verb = process.argv[2] ?? "";
  const wanted = Object.hasOwn(verbs, verb) ? [verb] : Object.keys(verbs);
  const program = new Command("slotwise")
    .description("Edge agents that allocate network slices every slot and learn together over MQTT")
    .version("0.1.0");
  for (const name of wanted) {
    const command = await verbs[name]?.();
    if (command !== undefined) program.addCommand(command);
  }
  await withoutExit(program).parseAsync();
}

endWithReader(process.stdout);
endWithReader(process.stderr);
try {
  await main();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

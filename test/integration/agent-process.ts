import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { AgentReport } from "../../agent/telemetry/agent-report.ts";
import { eventually } from "./eventually.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slotwise-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A `slotwise` command that a test ends, if nothing did before. */
export function start(...args: string[]): RunningCommand {
  const command = startCommand(...args);
  onTestFinished(() => {
    command.child.kill("SIGKILL");
  });
  return command;
}

/** A simulator that listens at this address. */
export async function startSimulator(address: string, ...args: string[]): Promise<RunningCommand> {
  const simulator = start("simulate", "--listen", address, ...args);
  await eventually(() => simulator.stderr().includes("listening"), simulator.stderr);
  return simulator;
}

/** Ends an agent as a supervisor does and gives what it says it did. */
export async function stopped(agent: RunningCommand): Promise<AgentReport> {
  agent.child.kill("SIGTERM");
  return await ended(agent);
}

export async function ended(agent: RunningCommand): Promise<AgentReport> {
  const code = await agent.exited;
  if (code !== 0) throw new Error(`exit ${code}: ${agent.stderr()}`);
  return JSON.parse(agent.stdout()) as AgentReport;
}

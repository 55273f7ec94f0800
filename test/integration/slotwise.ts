import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The command line as built. */
export const entry = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** A `slotwise` command as a user would start it, with what it printed. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

export function startCommand(...args: string[]): RunningCommand {
  return observed(spawn(process.execPath, [entry, ...args], { stdio: ["ignore", "pipe", "pipe"] }));
}

/** The same in a network namespace; `ip netns exec` becomes the command itself. */
export function startCommandIn(namespace: string, ...args: string[]): RunningCommand {
  return startCommandBy(["ip", "netns", "exec", namespace], ...args);
}

/** The same by another program that becomes the command. */
export function startCommandBy(
  [program, ...words]: readonly [string, ...string[]],
  ...args: string[]
): RunningCommand {
  const all = [...words, process.execPath, entry, ...args];
  return observed(spawn(program, all, { stdio: ["ignore", "pipe", "pipe"] }));
}

function observed(child: ChildProcessByStdio<null, Readable, Readable>): RunningCommand {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exited = once(child, "close").then(([code]) => code as number | null);
  return { child, stdout: () => stdout, stderr: () => stderr, exited };
}

/** Runs a command to its end. */
export async function runCommand(
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = startCommand(...args);
  const code = await command.exited;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

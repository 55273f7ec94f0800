import { spawn } from "node:child_process";

/** A running program that takes lines and prints answers. */
export interface BatchProcess {
  write(text: string): void;
  /** Closes its input, upon which it ends by itself. */
  end(): void;
  kill(): void;
}

export interface BatchEvents {
  readonly output: (text: string) => void;
  /** Text it wrote to standard error. */
  readonly fault: (text: string) => void;
  /** Called once, when it is gone or could not be started. */
  readonly ended: (reason: string) => void;
}

/** Starts a program; a test passes its own. */
export type StartBatchProcess = (
  command: string,
  args: readonly string[],
  events: BatchEvents,
) => BatchProcess;

/**
 * Starts real processes. Each ends with this one, because its input then closes.
 *
 * @param inherited descriptors that it holds open until its end
 */
export function batchProcessStarter(
  inherited: () => readonly number[] = () => [],
): StartBatchProcess {
  return (command, args, events) => startBatchProcess(command, args, events, inherited());
}

function startBatchProcess(
  command: string,
  args: readonly string[],
  events: BatchEvents,
  inherited: readonly number[],
): BatchProcess {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe", ...inherited] });
  let reported = false;
  const ended = (reason: string) => {
    if (reported) return;
    reported = true;
    events.ended(reason);
  };
  child.stdout?.setEncoding("utf8").on("data", events.output);
  child.stderr?.setEncoding("utf8").on("data", events.fault);
  child.stdin?.on("error", (error) => ended(error.message));
  child.on("error", (error) => ended(error.message));
  child.on("exit", (code, signal) => ended(`${command} ended with ${signal ?? code}`));
  return {
    write: (text) => {
      child.stdin?.write(text);
    },
    end: () => {
      child.stdin?.end();
    },
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}

import { execFile } from "node:child_process";

/** Runs a program to its end and gives what it printed; a test passes its own. */
export type RunCommand = (command: string, args: readonly string[]) => Promise<string>;

/** Rejects with what the program said on standard error when it fails, or takes longer. */
export function runCommandWithin(timeoutMs: number): RunCommand {
  return (command, args) =>
    new Promise((resolve, reject) => {
      execFile(command, [...args], { timeout: timeoutMs }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${command} ${args.join(" ")}: ${stderr.trim() || error.message}`));
      });
    });
}

export const runCommand = runCommandWithin(2000);

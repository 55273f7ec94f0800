import { execFile } from "node:child_process";

/** Runs a program to its end and gives what it printed; a test passes its own. */
export type RunCommand = (command: string, args: readonly string[]) => Promise<string>;

const timeoutMs = 2000;

/** Rejects with what the program said on standard error when it fails. */
export const runCommand: RunCommand = (command, args) =>
  new Promise((resolve, reject) => {
    execFile(command, [...args], { timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(" ")}: ${stderr.trim() || error.message}`));
    });
  });

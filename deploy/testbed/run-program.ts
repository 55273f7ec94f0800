import { execFile } from "node:child_process";
import { SlotwiseError } from "../../core/errors.ts";

const programTimeoutMs = 10_000;

/**
 * Runs a program to its end and gives what it printed.
 *
 * @throws SlotwiseError TESTBED_UNAVAILABLE with the program's own words when it fails
 */
export function runProgram(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: programTimeoutMs, killSignal: "SIGKILL" as const };
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
        return;
      }
      reject(
        new SlotwiseError(
          "TESTBED_UNAVAILABLE",
          {
            expected: `${command} ${args.join(" ")} to succeed`,
            received: stderr.trim() || error.message,
            consequence: "the testbed was taken down again",
          },
          { cause: error },
        ),
      );
    });
  });
}

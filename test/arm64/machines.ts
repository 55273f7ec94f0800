import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Under qemu a start takes ten times as long as here. */
const timeoutMs = 240_000;

const execute = promisify(execFile);

/** Runs a `slotwise` command to its end and gives its line of JSON. */
export type Slotwise = (...args: string[]) => Promise<unknown>;

function on(command: string, ...first: string[]): Slotwise {
  return async (...args) => {
    const words = [...first, "dist/cli/main.js", ...args, "--json"];
    const { stdout } = await execute(command, words, { cwd: root, timeout: timeoutMs });
    return JSON.parse(stdout);
  };
}

/** This machine, and the same files as arm64 under qemu. */
export const machines = {
  x64: on(process.execPath),
  arm64: on("tools/arm64/run.sh", "node"),
} as const;

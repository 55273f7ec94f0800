import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Under qemu a start takes ten times as long as here. */
const timeoutMs = 240_000;

const execute = promisify(execFile);

/** Runs a command of its words to its end and gives its line of JSON. */
type Run = (...words: string[]) => Promise<unknown>;

/** Runs a `slotwise` command. */
export type Slotwise = Run;

function on(command: string, ...first: string[]): Run {
  return async (...words) => {
    const options = { cwd: root, timeout: timeoutMs };
    const { stdout } = await execute(command, [...first, ...words], options);
    return JSON.parse(stdout);
  };
}

/** Node on this machine, and as arm64 under qemu, with the same files. */
const node = { x64: on(process.execPath), arm64: on("tools/arm64/run.sh", "node") } as const;

const slotwise =
  (run: Run): Slotwise =>
  (...args) =>
    run("dist/cli/main.js", ...args, "--json");

const script = (run: Run) => (text: string) => run("--input-type=module", "--eval", text);

export const machines = { x64: slotwise(node.x64), arm64: slotwise(node.arm64) } as const;

/** A module's text, run in the repository's folder. */
export const scripts = { x64: script(node.x64), arm64: script(node.arm64) } as const;

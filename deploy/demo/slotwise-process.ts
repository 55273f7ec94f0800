import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const keptLogBytes = 16 * 1024;

/**
 * One `slotwise` command as a real process. It leaves Ctrl-C to its parent and ends by itself when
 * the parent is gone (the IPC channel closes). It stays in the parent's session, where the nice
 * values of its threads count against those of the others.
 */
export class SlotwiseProcess {
  readonly name: string;
  readonly arguments: readonly string[];
  private child: ChildProcess | undefined;
  private log = "";

  constructor(name: string, args: readonly string[]) {
    this.name = name;
    this.arguments = args;
  }

  start(): void {
    this.child = spawn(process.execPath, [entry, ...this.arguments], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.log = (this.log + text).slice(-keptLogBytes);
    });
    this.child.on("error", (error) => {
      this.log += String(error);
    });
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get running(): boolean {
    return (
      this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null
    );
  }

  /** True once somebody ended the process by a signal. */
  get killed(): boolean {
    return typeof this.child?.signalCode === "string";
  }

  /** The end of what the process wrote to standard error. */
  get errorOutput(): string {
    return this.log;
  }

  /** The command line that starts the same process by hand. */
  get command(): string {
    return ["node", entry, ...this.arguments].join(" ");
  }

  /** SIGTERM, then SIGKILL after the grace period. */
  async stop(graceMs: number): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.running) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(kill);
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { SlotwiseError } from "../../core/errors.ts";
import { raiseSession } from "./session-priority.ts";

const keptLogBytes = 16 * 1024;
const nice = -20;

/** Keeps a program on one CPU. */
export function onCpu(cpu: number): string[] {
  return ["taskset", "--cpu-list", String(cpu)];
}

/**
 * A Node program in a network namespace, in a process group of its own so that Ctrl-C reaches the
 * testbed first. `ip netns exec` becomes the program itself, so its process id is the program's. It
 * ends when the testbed is gone, because the IPC channel closes.
 */
export class NamespacedProcess {
  readonly name: string;
  private readonly namespace: string;
  private readonly command: readonly string[];
  private child: ChildProcess | undefined;
  private errors = "";
  private printed = "";

  /** @param through a command that in the end becomes the program, such as `onCpu` */
  constructor(
    name: string,
    namespace: string,
    programAndArguments: readonly string[],
    through: readonly string[],
  ) {
    this.name = name;
    this.namespace = namespace;
    this.command = [...through, process.execPath, ...programAndArguments];
  }

  start(): void {
    const args = ["netns", "exec", this.namespace, ...this.command];
    const child = spawn("ip", args, { detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.printed = (this.printed + text).slice(-keptLogBytes);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors = (this.errors + text).slice(-keptLogBytes);
    });
    child.on("error", (error) => {
      this.errors += error.message;
    });
    this.child = child;
    if (child.pid !== undefined) raiseSession(child.pid, nice);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get running(): boolean {
    const { child } = this;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** The end of what it wrote to standard output. */
  get output(): string {
    return this.printed;
  }

  send(message: object): void {
    this.child?.send(message, () => undefined);
  }

  /**
   * The next message that fits.
   *
   * @throws SlotwiseError PROCESS_FAILED when the process ends first, or nothing came in time
   */
  async message<T extends object>(fits: (message: object) => boolean, timeoutMs: number) {
    const { child } = this;
    return await new Promise<T>((resolve, reject) => {
      const settle = (then: () => void) => {
        clearTimeout(timer);
        child?.off("message", take).off("exit", fail);
        then();
      };
      const take = (message: object) => {
        if (fits(message)) settle(() => resolve(message as T));
      };
      const fail = () => settle(() => reject(this.failure(`an answer within ${timeoutMs} ms`)));
      const timer = setTimeout(fail, timeoutMs);
      child?.on("message", take).on("exit", fail);
      if (!this.running) fail();
    });
  }

  failure(expected: string): SlotwiseError {
    const ended = this.running
      ? "still running"
      : `ended with ${this.child?.signalCode ?? this.child?.exitCode}`;
    return new SlotwiseError("PROCESS_FAILED", {
      expected: `${this.name}: ${expected}`,
      received: `${ended}; ${this.errors.trim() || "no error output"}`,
      consequence: "the testbed was taken down",
    });
  }

  /** SIGTERM, then SIGKILL after the grace period; resolves once its output is complete. */
  async stop(graceMs: number): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.running) return;
    const closed = once(child, "close");
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await closed;
    clearTimeout(kill);
  }
}

import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import { SlotwiseError } from "../../../core/errors.ts";
import type { FleetPart, FleetReport, FromFleet } from "./fleet-messages.ts";

const program = fileURLToPath(new URL("./fleet-worker.js", import.meta.url));
const graceMs = 10_000;

/** A process with a part of the fleet in it. */
export class FleetProcess {
  private readonly child: ChildProcess;
  private readonly heard = new EventEmitter();
  private readonly patienceMs: number;
  private readonly signal: AbortSignal;
  private version = 0;
  private told: FleetReport | undefined;

  /** @param patienceMs what each model may take */
  constructor(part: FleetPart, patienceMs: number, signal: AbortSignal) {
    this.patienceMs = patienceMs;
    this.signal = signal;
    this.child = fork(program, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.child.on("message", (message: FromFleet) => {
      if (message.type === "model") this.version = message.version;
      else this.told = message;
      this.heard.emit("news");
    });
    this.child.once("exit", () => this.heard.emit("news"));
    this.child.send(part);
  }

  /** Resolves once all of its agents have this model. @throws SlotwiseError PROCESS_FAILED */
  async model(version: number): Promise<void> {
    while (this.version < version) await this.news(`global model ${version}`);
  }

  /** What its agents measured, once they have the last model. @throws SlotwiseError PROCESS_FAILED */
  async report(): Promise<FleetReport> {
    while (this.told === undefined) await this.news("a report");
    return this.told;
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const exited = once(this.child, "exit");
    this.child.send("stop");
    const kill = setTimeout(() => this.child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(kill);
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async news(awaited: string): Promise<void> {
    try {
      if (this.ended) throw new Error(`ended with ${this.child.exitCode}`);
      const patience = AbortSignal.timeout(this.patienceMs);
      await once(this.heard, "news", { signal: AbortSignal.any([this.signal, patience]) });
    } catch (cause) {
      throw new SlotwiseError(
        "PROCESS_FAILED",
        {
          expected: `${awaited} at every agent within ${this.patienceMs} ms`,
          received: `global model ${this.version}; ${String(cause)}`,
          consequence: "the fleet was taken down",
        },
        { cause },
      );
    }
  }
}

import { type MessagePort, Worker } from "node:worker_threads";
import { asSlotwiseError, SlotwiseError } from "../core/errors.ts";
import type { AgentConfig } from "./config.ts";
import type { ControlReport, ControlWorkerData } from "./control/worker-messages.ts";
import type { StartingModel } from "./starting-model.ts";

/** A stop that takes longer is forced, ms: more than a device and a policy that hang are waited for. */
const stopGraceMs = 8000;

function died(received: string, cause: unknown): SlotwiseError {
  return new SlotwiseError(
    "WORKER_FAILED",
    {
      expected: "the control thread to run until it is stopped and to give back what it set",
      received,
      consequence: "the agent ends; whatever started it starts it again",
    },
    { cause },
  );
}

/** The thread of the control loop. */
export class ControlThread {
  private readonly worker: Worker;
  private readonly progress = new Int32Array(new SharedArrayBuffer(4));
  private ended = false;
  private stopping = false;

  constructor(
    config: AgentConfig,
    model: StartingModel | undefined,
    training: MessagePort | undefined,
  ) {
    const data: ControlWorkerData<AgentConfig> = {
      config,
      model: model && { name: model.name, ...(model.bytes && { bytes: model.bytes }) },
      training,
      progress: this.progress,
    };
    this.worker = new Worker(new URL("./control/worker.js", import.meta.url), {
      workerData: data,
      transferList: training ? [training] : [],
    });
  }

  /** Slots that the loop has been through; it wraps around. */
  get slotsPassed(): number {
    return Atomics.load(this.progress, 0);
  }

  /**
   * Passes reports on until the loop has ended, by itself or because it was stopped.
   *
   * @throws SlotwiseError the thread's own, at giving back too; WORKER_FAILED when it dies of something else
   */
  run(onReport: (report: ControlReport) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (received: string, cause?: unknown) =>
        reject(asSlotwiseError(cause) ?? died(received, cause));
      this.worker.on("message", (message: ControlReport) => {
        if (message.type === "ended") this.ended = true;
        onReport(message);
      });
      this.worker.on("error", (error) => failed(error.message, error));
      this.worker.on("exit", (code) => {
        if (this.ended || (this.stopping && code === 0)) resolve();
        else failed(`its end with code ${code}`);
      });
    });
  }

  /** Asks for the end, and forces it where it does not come. */
  stop(): void {
    this.stopping = true;
    this.worker.postMessage({ type: "stop" });
    setTimeout(() => void this.worker.terminate(), stopGraceMs).unref();
  }
}

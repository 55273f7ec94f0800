import { Worker } from "node:worker_threads";
import { SlotwiseError } from "../../../core/errors.ts";
import type { UnitRunner } from "./run-units.ts";

/** What a worker answers to a unit. */
export type UnitAnswer =
  | { readonly result: unknown }
  | { readonly failure: string }
  | { readonly progress: number };

/** A runner that does its units in a worker thread of its own. */
export class WorkerRunner<Unit, Result> implements UnitRunner<Unit, Result> {
  private readonly worker: Worker;

  constructor(script: URL, workerData: unknown) {
    this.worker = new Worker(script, { workerData });
  }

  /** @throws SlotwiseError WORKER_FAILED with the worker's own reason */
  async run(unit: Unit, onProgress?: (share: number) => void): Promise<Result> {
    this.worker.postMessage(unit);
    const answer = await this.answer(onProgress);
    if ("result" in answer) return answer.result as Result;
    throw new SlotwiseError("WORKER_FAILED", {
      expected: "a unit of work to end",
      received: answer.failure,
      consequence: "the run stops; what was written so far stays",
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private answer(onProgress?: (share: number) => void) {
    const { worker } = this;
    return new Promise<Exclude<UnitAnswer, { progress: number }>>((resolve, reject) => {
      const onMessage = (answer: UnitAnswer) => {
        if ("progress" in answer) {
          onProgress?.(answer.progress);
          return;
        }
        worker.off("message", onMessage);
        worker.off("error", reject);
        resolve(answer);
      };
      worker.on("message", onMessage);
      worker.once("error", reject);
    });
  }
}

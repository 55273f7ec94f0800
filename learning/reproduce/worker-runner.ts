import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { SlotwiseError } from "../../core/errors.ts";
import type { UnitRunner } from "./run-units.ts";

/** What a worker answers to a unit. */
export type UnitAnswer = { readonly result: unknown } | { readonly failure: string };

/** A runner that does its units in a worker thread of its own. */
export class WorkerRunner<Unit, Result> implements UnitRunner<Unit, Result> {
  private readonly worker: Worker;

  constructor(script: URL, workerData: unknown) {
    this.worker = new Worker(script, { workerData });
  }

  /** @throws SlotwiseError WORKER_FAILED with the worker's own reason */
  async run(unit: Unit): Promise<Result> {
    this.worker.postMessage(unit);
    const [answer] = (await once(this.worker, "message")) as [UnitAnswer];
    if ("result" in answer) return answer.result as Result;
    throw new SlotwiseError("WORKER_FAILED", {
      expected: "a unit of the reproduction to end",
      received: answer.failure,
      consequence: "the reproduction stops; figures written so far stay",
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

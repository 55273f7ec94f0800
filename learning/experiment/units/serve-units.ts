import { parentPort } from "node:worker_threads";
import type { UnitRunner } from "./run-units.ts";
import type { UnitAnswer } from "./worker-runner.ts";

/** Does in this worker thread what its `WorkerRunner` asks for. */
export function serveUnits<Unit, Result>(runner: Pick<UnitRunner<Unit, Result>, "run">): void {
  const answer = (message: UnitAnswer) => parentPort?.postMessage(message);
  parentPort?.on("message", (unit: Unit) => {
    runner
      .run(unit, (progress) => answer({ progress }))
      .then(
        (result) => answer({ result }),
        (error: unknown) => answer({ failure: String(error) }),
      );
  });
}

import { parentPort, workerData } from "node:worker_threads";
import type { UnitAnswer } from "../worker-runner.ts";
import { EnergyRunner, type EnergyUnit, type PolicyFiles } from "./energy-runner.ts";

const runner = new EnergyRunner(workerData as PolicyFiles);

parentPort?.on("message", (unit: EnergyUnit) => {
  runner.run(unit).then(
    (result) => parentPort?.postMessage({ result } satisfies UnitAnswer),
    (error: unknown) => parentPort?.postMessage({ failure: String(error) } satisfies UnitAnswer),
  );
});

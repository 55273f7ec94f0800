import { workerData } from "node:worker_threads";
import { serveUnits } from "../../experiment/units/serve-units.ts";
import { EnergyRunner, type PolicyFiles } from "./energy-runner.ts";

serveUnits(new EnergyRunner(workerData as PolicyFiles));

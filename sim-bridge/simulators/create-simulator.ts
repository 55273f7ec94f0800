import type { SimulatorConfig } from "../config.ts";
import { EnergySimulator } from "./energy.ts";
import type { Simulator } from "./simulator.ts";
import { SlicingSimulator } from "./slicing.ts";

/** The simulator of the configured system. */
export function createSimulator(config: SimulatorConfig): Simulator {
  if (config.system === "energy") return new EnergySimulator(config);
  const { scenario, accessPoints = scenario.accessPoints, references, seed } = config;
  return new SlicingSimulator({ ...scenario, accessPoints }, references, seed);
}

import { possiblePolicies } from "../../core/slicing/policies.ts";
import { type SimulatorConfig, simulatedScenario } from "../config.ts";
import { EnergySimulator } from "./energy.ts";
import type { Simulator } from "./simulator.ts";
import { SlicingSimulator } from "./slicing.ts";

/** What slicing agents are compared with where nothing else is asked for. */
const usualReferences = ["equal", "sqrt-load", "optimal"];

/** The simulator of the configured system. */
export function createSimulator(config: SimulatorConfig): Simulator {
  if (config.system === "energy") return new EnergySimulator(config);
  const { seed } = config;
  const scenario = simulatedScenario(config);
  const possible = possiblePolicies(scenario);
  const references = config.references ?? usualReferences.filter((name) => possible.includes(name));
  return new SlicingSimulator(scenario, references, seed);
}

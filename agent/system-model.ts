import { SlotwiseError } from "../core/errors.ts";
import type { BridgeSystem } from "../core/messages/bridge.ts";
import {
  describeEnergy,
  type EnergySite,
  energySite,
  energySiteSchema,
} from "../core/messages/bridge-energy.ts";
import { describeSlicing } from "../core/messages/bridge-slicing.ts";
import { type SlicingScenario, slicingScenarioSchema } from "../core/slicing/scenario.ts";
import type { AgentConfig } from "./config.ts";
import { createEnergySystem } from "./energy/energy-system.ts";
import { createSlicingSystem } from "./slicing-system.ts";
import type { AgentSystem } from "./system.ts";

/** The model behind the agent's system: the simulator's, or the configured one. */
export type SystemModel =
  | { readonly system: "slicing"; readonly scenario: SlicingScenario; readonly slotMs: number }
  | { readonly system: "energy"; readonly site: EnergySite; readonly slotMs: number };

/** The configured system, in force while no simulator describes itself. */
export function configuredSystem({ system, scenario, energy }: AgentConfig): BridgeSystem {
  return system === "slicing"
    ? describeSlicing(scenario)
    : describeEnergy(energySite(energy.scenario, energy.maxTasks), energy.slotPeriodMs);
}

/** A simulator may describe its model in full; the configured one stands in where it does not. */
export function systemModel(config: AgentConfig, described: BridgeSystem): SystemModel {
  if (config.system === "slicing") {
    const announced = slicingScenarioSchema.safeParse(described.scenario);
    const scenario = announced.success ? announced.data : config.scenario;
    return { system: "slicing", scenario, slotMs: scenario.slotMs };
  }
  const { slotPeriodMs: slotMs } = described;
  const announced = energySiteSchema.safeParse(described.scenario);
  const { scenario, maxTasks } = config.energy;
  const site = announced.success ? announced.data : energySite(scenario, maxTasks);
  return { system: "energy", site, slotMs };
}

export function createSystem(config: AgentConfig, model: SystemModel): AgentSystem {
  if (model.system === "slicing") {
    return createSlicingSystem(model.scenario, config.envelope);
  }
  return createEnergySystem({ ...model, drawnTasks: config.energy.drawnTasks });
}

/** A port that only another system has. */
export function portNotOf(kind: string, { system }: SystemModel): SlotwiseError {
  return new SlotwiseError("CONFIG_INVALID", {
    expected: `a port of the ${system} system`,
    received: kind,
    consequence: "nothing was started",
  });
}

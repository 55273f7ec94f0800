import { SlotwiseError } from "../../core/errors.ts";
import { createActuator } from "../actuators.ts";
import type { AgentConfig } from "../config.ts";
import { openSource } from "../ports.ts";
import { configuredSystem, createSystem, systemModel } from "../system-model.ts";
import { type Check, fault, ok } from "./finding.ts";

/** Makes what the agent makes without a simulator, and starts none of it. */
function construct(config: AgentConfig): void {
  const model = systemModel(config, configuredSystem(config));
  const system = createSystem(config, model);
  if (config.observe.kind !== "bridge") openSource(config, model, system, undefined);
  const silent = { event: () => undefined, rehearsed: () => undefined };
  createActuator(config, model, undefined, silent);
}

/** Keys that are each valid but do not fit together, or not the scenario. */
export const checkConfiguration: Check = (config) => {
  const check = "configuration";
  try {
    construct(config);
    return [ok(check, `fits the ${config.system} system`)];
  } catch (error) {
    if (!(error instanceof SlotwiseError)) throw error;
    const { received, expected } = error.facts;
    return [fault(check, received, `give ${expected}`)];
  }
};

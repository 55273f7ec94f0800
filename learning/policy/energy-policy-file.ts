import { type EnergyScenario, energyScenarioSchema } from "../../core/energy/scenario.ts";
import type { SweepSettings } from "../../core/energy/sweep.ts";
import type { ModelFile } from "../graph/onnx-reader.ts";
import { energyProblem, sweepSettingsSchema } from "../problems/energy.ts";
import { metadataOf, type PolicyContents, readPolicyContents } from "./policy-contents.ts";

/** An energy policy's file that passed every check that needs no run. */
export interface EnergyPolicyFile extends PolicyContents {
  readonly system: "energy";
  readonly scenario: EnergyScenario;
  readonly sweep: SweepSettings;
}

const describedBy = (file: ModelFile) => ({
  scenario: metadataOf(file, "slotwise.scenario", energyScenarioSchema),
  sweep: metadataOf(file, "slotwise.sweep", sweepSettingsSchema),
});

/**
 * Reads and checks an energy policy file.
 *
 * @throws SlotwiseError MODEL_REFUSED with the first fault
 */
export function readEnergyPolicyFile(bytes: Uint8Array): EnergyPolicyFile {
  const { file, ...contents } = readPolicyContents(bytes, "energy", (described) => {
    const { scenario, sweep } = describedBy(described);
    return energyProblem(scenario, sweep);
  });
  return { ...contents, system: "energy", ...describedBy(file) };
}
